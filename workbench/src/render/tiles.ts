/**
 * The squares in which the static layer is painted. A level is one scale and one place of the image; its tiles stay where
 * they are while the view is panned, so that a pan only paints what it uncovers.
 */
import type { Bounds } from '../geometry/box';
import type { Size } from '../geometry/points';
import type { View } from '../geometry/view';

/** Side of a tile in device pixels: small enough to be painted between two messages, large enough to be few. */
export const TILE_DEVICE_PX = 512;

/** How far a shape with its sign can reach beyond its bounds on the screen. */
export const REACH_PX = 34;

export interface Level {
  /** The view for which it was begun: tiles are counted from the viewport's corner in it. */
  readonly view: View;
  readonly density: number;
}

export interface Tile {
  readonly column: number;
  readonly row: number;
}

export interface Viewport extends Size {
  /** Device pixels per CSS pixel. */
  readonly density: number;
}

export const tileKey = ({ column, row }: Tile): string => `${column} ${row}`;

/** Side of a tile in CSS pixels. */
export const tileSide = ({ density }: Level): number => TILE_DEVICE_PX / density;

/** How a level lies on the screen when another view is shown: its own pixels times `stretch`, moved to x and y. */
export function placeOf(level: Level, view: View): View {
  const stretch = view.scale / level.view.scale;
  const [x, y] = [view.x - stretch * level.view.x, view.y - stretch * level.view.y];
  if (stretch !== 1) return { scale: stretch, x, y };
  // Between two device pixels everything would be blurred.
  const whole = (value: number) => Math.round(value * level.density) / level.density;
  return { scale: 1, x: whole(x), y: whole(y) };
}

/** Tiles that touch the viewport with `margin` (a share of it) around, those nearest to its middle first. */
export function tilesOf(level: Level, view: View, { width, height }: Size, margin: number): Tile[] {
  const { scale, x, y } = placeOf(level, view);
  const side = tileSide(level);
  const at = (screen: number, offset: number) => (screen - offset) / scale / side;
  const [left, right] = [Math.floor(at(-width * margin, x)), Math.ceil(at(width * (1 + margin), x))];
  const [top, bottom] = [Math.floor(at(-height * margin, y)), Math.ceil(at(height * (1 + margin), y))];
  const tiles: (Tile & { far: number })[] = [];
  const [middleX, middleY] = [at(width / 2, x), at(height / 2, y)];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      tiles.push({ column, row, far: Math.hypot(column + 0.5 - middleX, row + 0.5 - middleY) });
    }
  }
  return tiles.sort((a, b) => a.far - b.far).map(({ column, row }) => ({ column, row }));
}

/** The part of the image that a tile shows, with so many screen pixels around it. */
export function imageBoundsOf(level: Level, { column, row }: Tile, room_px: number): Bounds {
  const side = tileSide(level);
  const { scale, x, y } = level.view;
  return [
    (column * side - room_px - x) / scale,
    (row * side - room_px - y) / scale,
    ((column + 1) * side + room_px - x) / scale,
    ((row + 1) * side + room_px - y) / scale,
  ];
}
