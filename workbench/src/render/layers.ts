/** What a page may come to need beside the drawing: small pieces that weigh less together. */
export { nextPart } from '../geometry/parts';
export { Loupe } from './loupe';
export { MiniMap } from './mini-map';
export * as overlays from './overlays';
export { TileQueue } from './tile-queue';
