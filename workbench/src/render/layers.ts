/** What a page may come to need beside the drawing: small pieces that weigh less together. */
export { Loupe } from './loupe';
export * as overlays from './overlays';
export { TileQueue } from './tile-queue';
