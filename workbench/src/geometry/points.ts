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

/** 0.01 px: far below what a hand or an evaluation can tell, and the same text at any zoom or density. */
export const rounded = (value: number): number => Math.round(value * 100) / 100 + 0;

export const roundedPosition = ([x, y]: Position): Position => [rounded(x), rounded(y)];

export const clamped = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));

export const inImage = ([x, y]: Position, size: Size): ImagePoint =>
  imagePoint(clamped(x, 0, size.width), clamped(y, 0, size.height));

export const distance = (a: Position, b: Position): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
