/** The one scene that every engine shows, and the one way the view moves over it. Seeded: the same in every run. */
import type { Position } from '../../../workbench/src/geometry/points';
import type { View } from '../../../workbench/src/geometry/view';

export const WIDTH = 4000;
export const HEIGHT = 3000;
export const VERTICES = 40;
/** The photograph's file, smaller than the image as in the product; every engine is given the same. */
export const PHOTO = { url: '/photo.jpg', width: 2048 } as const;
export const COLORS = ['#0072B2', '#E69F00', '#009E73', '#D55E00', '#CC79A7', '#56B4E9', '#F0E442', '#999999'];
export const LINE_PX = 2;
export const FILL_OPACITY = 0.22;

export interface Polygon {
  readonly ring: readonly Position[];
  readonly color: number;
  readonly centre: Position;
}

/** mulberry32: small, seeded, the same on every machine. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Polygons that together cover about half of the image, whatever their number. */
export function polygons(count: number): Polygon[] {
  const random = seeded(42);
  const base = Math.sqrt((WIDTH * HEIGHT) / count) / 2;
  return Array.from({ length: count }, (_, i) => {
    const centre: Position = [random() * WIDTH, random() * HEIGHT];
    const radius = base * (0.4 + 0.8 * random());
    const ring = Array.from({ length: VERTICES }, (_, k): Position => {
      const turn = (k / VERTICES) * 2 * Math.PI;
      const reach = radius * (0.75 + 0.25 * Math.sin(turn * 3 + i) + 0.1 * random());
      return [centre[0] + Math.cos(turn) * reach, centre[1] + Math.sin(turn) * reach];
    });
    return { ring, color: i % COLORS.length, centre };
  });
}

/** A round over the image at four times the fit, or in to ten times the fit and out again; `t` from 0 to 1. */
export function viewAt(kind: 'pan' | 'zoom', t: number): View {
  const fit = Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
  const turn = 2 * Math.PI * t;
  const scale = kind === 'pan' ? fit * 4 : fit * 10 ** (t < 0.5 ? t * 2 : 2 - t * 2);
  const [x, y] = kind === 'pan' ? [0.5 + Math.cos(turn) / 4, 0.5 + Math.sin(turn) / 4] : [0.45, 0.55];
  return { scale, x: innerWidth / 2 - x * WIDTH * scale, y: innerHeight / 2 - y * HEIGHT * scale };
}

/** What the bench asks of an engine. */
export interface Engine {
  /** Moves the view; what it shows at once is its own affair. */
  show(view: View): void;
  /** Whether what is on the screen is painted for the view that was asked for. */
  isSharp(): boolean;
  /** Index of the polygon at a screen place, or -1. */
  hit(x: number, y: number): number;
  /** Where presses are sent, to select what lies there. */
  readonly target: Element;
  selected(): number;
  /** One more point of a stroke on a mask of the image's size, painted; absent where the engine has no brush. */
  readonly brush?: {
    down(x: number, y: number): void;
    move(x: number, y: number): void;
    up(): void;
    /** Takes the stroke back. */
    undo(): void;
  };
}

export async function photo(): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = PHOTO.url;
  await image.decode();
  return image;
}
