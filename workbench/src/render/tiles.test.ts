import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundsMeet } from '../geometry/box';
import { screenPoint } from '../geometry/points';
import { toImage, type View } from '../geometry/view';
import { imageBoundsOf, type Level, placeOf, TILE_DEVICE_PX, tileKey, tileSide, tilesOf } from './tiles';

const PHONE = { width: 412, height: 823 };
const views = fc.record({
  scale: fc.double({ min: 0.02, max: 32, noNaN: true }),
  x: fc.double({ min: -50_000, max: 2000, noNaN: true }),
  y: fc.double({ min: -50_000, max: 2000, noNaN: true }),
});
const densities = fc.constantFrom(1, 1.25, 1.75, 2, 2.625, 3);

it('the tiles cover all that is in sight, after any pan and at any density', () => {
  fc.assert(
    fc.property(views, densities, fc.nat(411), fc.nat(822), fc.nat(3000), (begun, density, x, y, away) => {
      const level: Level = { view: begun, density };
      const view: View = { ...begun, x: begun.x - away, y: begun.y + away / 2 };
      const place = placeOf(level, view);
      const side = tileSide(level);
      const wanted = tileKey({ column: Math.floor((x - place.x) / side), row: Math.floor((y - place.y) / side) });
      expect(tilesOf(level, view, PHONE, 0).map(tileKey)).toContain(wanted);
    }),
  );
});

it('what is in the middle comes first', () => {
  const level: Level = { view: { scale: 1, x: 0, y: 0 }, density: 1 };
  const tiles = tilesOf(level, level.view, { width: 5 * TILE_DEVICE_PX, height: 3 * TILE_DEVICE_PX }, 0);
  expect(tiles).toHaveLength(15);
  expect(tiles[0]).toEqual({ column: 2, row: 1 });
  expect(tiles.slice(-4).map(tileKey).sort()).toEqual(['0 0', '0 2', '4 0', '4 2']);
});

it('a level lies under the image: a place of it is where the view shows that place, to half a device pixel', () => {
  fc.assert(
    fc.property(views, views, densities, fc.boolean(), (begun, now, density, panned) => {
      const level: Level = { view: begun, density };
      const view = panned ? { ...now, scale: begun.scale } : now;
      const { scale, x, y } = placeOf(level, view);
      // The corner of the viewport, as it was when the level was begun.
      const [cornerX, cornerY] = toImage(begun, screenPoint(0, 0));
      const slack = panned ? 0.5 / density + 1e-6 : 1e-6 * Math.max(1, scale) * 1e5;
      expect(Math.abs(x - (cornerX * view.scale + view.x))).toBeLessThanOrEqual(slack);
      expect(Math.abs(y - (cornerY * view.scale + view.y))).toBeLessThanOrEqual(slack);
      expect(scale).toBeCloseTo(view.scale / begun.scale, 9);
    }),
  );
});

it('while the scale is the same, tiles lie on whole device pixels', () => {
  const level: Level = { view: { scale: 0.5, x: 10.3, y: -7.7 }, density: 1.75 };
  const { x, y } = placeOf(level, { scale: 0.5, x: 33.1, y: 4 });
  expect((x * 1.75) % 1).toBeCloseTo(0, 9);
  expect((y * 1.75) % 1).toBeCloseTo(0, 9);
});

it('a tile knows which part of the image it shows', () => {
  const level: Level = { view: { scale: 2, x: 100, y: 50 }, density: 2 };
  // 256 CSS pixels a side, 128 image pixels.
  expect(imageBoundsOf(level, { column: 1, row: 0 }, 0)).toEqual([78, -25, 206, 103]);
  expect(imageBoundsOf(level, { column: 1, row: 0 }, 20)).toEqual([68, -35, 216, 113]);
  expect(boundsMeet([206, 0, 300, 5], [78, -25, 206, 103])).toBe(true);
});
