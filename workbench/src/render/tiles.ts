/**
 * The squares in which the static layer is painted. A level is one scale and one place of the image; its tiles stay where
 * they are while the view is panned, so that a pan only paints what it uncovers.
 */
import type { Bounds } from '../geometry/box';
import type { Size } from '../geometry/points';
import type { View } from '../geometry/view';

/** About the side of a tile in device pixels: small enough to be painted between two messages, large enough to be few. */
const TILE_DEVICE_PX = 512;

/** How far a shape with its sign can reach beyond its bounds on the screen. */
export const REACH_PX = 34;

export interface Level {
  /** The view for which it was begun: tiles are counted from the viewport's corner in it. */
  readonly view: View;
  readonly density: number;
  /** Of a tile, in device pixels. */
  readonly tile: Size;
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

/** Whole tiles fill the viewport in which the level is begun: what they paint beside it would delay what is in sight. */
export function levelOf(view: View, { width, height, density }: Viewport): Level {
  const fitted = (side: number) =>
    Math.ceil((side * density) / Math.max(1, Math.round((side * density) / TILE_DEVICE_PX)));
  return { view, density, tile: { width: fitted(width), height: fitted(height) } };
}

/** Size of a tile in CSS pixels. */
export const tileSize = ({ density, tile }: Level): Size => ({
  width: tile.width / density,
  height: tile.height / density,
});

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
  const tile = tileSize(level);
  const [w, h] = [tile.width * scale, tile.height * scale];
  const [left, right] = [Math.floor((-width * margin - x) / w), Math.ceil((width * (1 + margin) - x) / w)];
  const [top, bottom] = [Math.floor((-height * margin - y) / h), Math.ceil((height * (1 + margin) - y) / h)];
  const tiles: (Tile & { far: number })[] = [];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const far = Math.hypot((column + 0.5) * w + x - width / 2, (row + 0.5) * h + y - height / 2);
      tiles.push({ column, row, far });
    }
  }
  return tiles.sort((a, b) => a.far - b.far).map(({ column, row }) => ({ column, row }));
}

/** The part of the image that a tile shows, with so many screen pixels around it. */
export function imageBoundsOf(level: Level, { column, row }: Tile, room_px: number): Bounds {
  const { width, height } = tileSize(level);
  const { scale, x, y } = level.view;
  return [
    (column * width - room_px - x) / scale,
    (row * height - room_px - y) / scale,
    ((column + 1) * width + room_px - x) / scale,
    ((row + 1) * height + room_px - y) / scale,
  ];
}
