/** Which derivative of an image to load, and loading the next one ahead. */
import type { ImageSource } from '../model/image';
import type { Picture } from '../wire';
import { lowData } from './device';

/** Above twice the CSS size nobody sees the difference, and a phone pays for it. */
const DENSEST = 2;

/** With little data one pixel of the file for one of the page, as on an old screen. */
export const densest = (): number => (lowData.value ? 1 : DENSEST);

/** Sources by type, best compression first; the browser takes the first type it knows. */
export function byType(sources: readonly ImageSource[]): { type: string; sources: ImageSource[] }[] {
  const rank = (type: string) => ['image/avif', 'image/webp'].indexOf(type) >>> 0;
  const types = [...new Set(sources.map(({ type }) => type))].sort((a, b) => rank(a) - rank(b));
  return types.map((type) => ({
    type,
    sources: sources.filter((source) => source.type === type).sort((a, b) => a.width - b.width),
  }));
}

/** The smallest that covers the device pixels, else the largest. The list is of one type and ascending. */
export function smallestCovering(sources: readonly ImageSource[], devicePixels: number): ImageSource | undefined {
  return sources.find(({ width }) => width >= devicePixels) ?? sources.at(-1);
}

/** CSS pixels the image will be wide when it is fitted into a place of this size. */
export function fittedWidth(picture: Picture, place: { width: number; height: number }): number {
  return Math.max(1, Math.min(place.width, (place.height * picture.width) / picture.height));
}

/** Path and query of the file that the page asked for before this script ran; the probe keeps it from being dropped. */
let early: { readonly address: string; readonly probe: HTMLImageElement } | null = null;

/** The browser chose it among the widths and does not say which, but an image that is offered the same ones does. */
export function notePreload(): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=preload][as=image]');
  if (!link) return;
  const place = document.createElement('picture');
  const source = document.createElement('source');
  const probe = new Image();
  source.type = link.type;
  source.sizes = link.imageSizes;
  source.srcset = link.imageSrcset;
  place.append(source, probe);
  // Known from the next microtask on (HTML, "update the image data"), and nothing is shown before.
  queueMicrotask(() => {
    const { pathname, search } = new URL(probe.currentSrc || location.href);
    early = { address: pathname + search, probe };
  });
}

/** Of these files the one that the page has asked for. */
export const earlyOf = ({ sources }: Picture): ImageSource | undefined => sources.find(isEarly);

const isEarly = ({ url }: ImageSource): boolean => url === early?.address;

export interface Choice {
  readonly type: string;
  readonly url: string;
}

/** One choice for each type, for the children of <picture>. */
export function choices(picture: Picture, cssWidth: number, density: number): Choice[] {
  const devicePixels = cssWidth * Math.min(density, densest());
  return byType(picture.sources).flatMap(({ type, sources }) => {
    // What is on its way is not asked for again in another size.
    const source = sources.find(isEarly) ?? smallestCovering(sources, devicePixels);
    return source ? [{ type, url: source.url }] : [];
  });
}

/** Loaded and decoded, by address: the very elements are shown later, so that an answer costs a swap and no decoding. */
const ahead = new Map<string, HTMLPictureElement>();
const MOST_AHEAD = 4;
const addressOf = (options: readonly Choice[]): string => options.at(-1)?.url ?? '';

/** Loads and decodes. Errors are for the one who shows it. */
export async function prefetch(picture: Picture, cssWidth: number, density: number): Promise<void> {
  const options = choices(picture, cssWidth, density);
  const address = addressOf(options);
  if (ahead.has(address)) return;
  const element = made(options);
  ahead.set(address, element);
  for (const oldest of [...ahead.keys()].slice(0, -MOST_AHEAD)) ahead.delete(oldest);
  await imageIn(element)
    .decode()
    .catch(() => ahead.delete(address));
}

/** The element to show: the one that was made ahead, or a new one. */
export function pictureFor(options: readonly Choice[]): HTMLPictureElement {
  const element = ahead.get(addressOf(options)) ?? made(options);
  ahead.delete(addressOf(options));
  return element;
}

export const imageIn = (element: HTMLPictureElement): HTMLImageElement => element.lastElementChild as HTMLImageElement;

function made(options: readonly Choice[]): HTMLPictureElement {
  const element = document.createElement('picture');
  for (const { type, url } of options.slice(0, -1)) {
    const source = document.createElement('source');
    source.type = type;
    source.srcset = url;
    element.append(source);
  }
  const image = new Image();
  element.append(image);
  image.src = addressOf(options);
  return element;
}

/**
 * About how much less data the image takes when little is wanted, in percent. By area: files of one type grow with it,
 * and how large they are is not known before they are fetched.
 */
export function spared(picture: Picture, cssWidth: number, density: number): number {
  const [{ sources } = { sources: [] }] = byType(picture.sources);
  const width = (devicePixels: number) => smallestCovering(sources, devicePixels)?.width ?? 1;
  const ratio = width(cssWidth) / width(cssWidth * Math.min(density, DENSEST));
  return Math.round(100 * (1 - Math.min(1, ratio) ** 2));
}
