/**
 * Two planes that must never be mixed: image points (original pixels, fractions allowed) and screen points
 * (CSS pixels from the top left corner of the canvas). Both are pairs of numbers, told apart by a brand.
 */
declare const plane: unique symbol;

/** A pair as it is stored in an annotation. */
export type Position = readonly [x: number, y: number];
export type Ring = readonly Position[];

export type ImagePoint = Position & { readonly [plane]: 'image' };
export type ScreenPoint = Position & { readonly [plane]: 'screen' };

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const imagePoint = (x: number, y: number): ImagePoint => [x, y] as unknown as ImagePoint;
export const screenPoint = (x: number, y: number): ScreenPoint => [x, y] as unknown as ScreenPoint;

/** Hundredths of a pixel, half up, by the same arithmetic as the server's: far below what a hand can tell, equal at any zoom. */
export const rounded = (value: number): number => Math.floor(value * 100 + 0.5) / 100 + 0;

export const roundedPosition = ([x, y]: Position): Position => [rounded(x), rounded(y)];

export const clamped = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));

export const inImage = ([x, y]: Position, size: Size): ImagePoint =>
  imagePoint(clamped(x, 0, size.width), clamped(y, 0, size.height));

export const distance = (a: Position, b: Position): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
