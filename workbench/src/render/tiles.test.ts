import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundsMeet } from '../geometry/box';
import { screenPoint } from '../geometry/points';
import { toImage, type View } from '../geometry/view';
import { imageBoundsOf, levelOf, placeOf, tileKey, tileSize, tilesOf } from './tiles';

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
      const level = levelOf(begun, { ...PHONE, density });
      const view: View = { ...begun, x: begun.x - away, y: begun.y + away / 2 };
      const place = placeOf(level, view);
      const { width, height } = tileSize(level);
      const wanted = tileKey({ column: Math.floor((x - place.x) / width), row: Math.floor((y - place.y) / height) });
      expect(tilesOf(level, view, PHONE, 0).map(tileKey)).toContain(wanted);
    }),
  );
});

it('a level begins with whole tiles of the viewport and nothing beside it', () => {
  fc.assert(
    fc.property(views, densities, (view, density) => {
      const level = levelOf(view, { ...PHONE, density });
      const tiles = tilesOf(level, view, PHONE, 0);
      const painted = tiles.length * level.tile.width * level.tile.height;
      // Less than a device pixel a tile is lost to rounding.
      const [columns, rows] = [Math.max(...tiles.map((t) => t.column)) + 1, Math.max(...tiles.map((t) => t.row)) + 1];
      expect(painted).toBeLessThanOrEqual((PHONE.width * density + columns) * (PHONE.height * density + rows));
      expect(Math.max(level.tile.width, level.tile.height)).toBeLessThanOrEqual(1024);
    }),
  );
});

it('what is in the middle comes first', () => {
  const place = { width: 5 * 512, height: 3 * 512, density: 1 };
  const level = levelOf({ scale: 1, x: 0, y: 0 }, place);
  const tiles = tilesOf(level, level.view, place, 0);
  expect(tiles).toHaveLength(15);
  expect(tiles[0]).toEqual({ column: 2, row: 1 });
  expect(tiles.slice(-4).map(tileKey).sort()).toEqual(['0 0', '0 2', '4 0', '4 2']);
});

it('a level lies under the image: a place of it is where the view shows that place, to half a device pixel', () => {
  fc.assert(
    fc.property(views, views, densities, fc.boolean(), (begun, now, density, panned) => {
      const level = levelOf(begun, { ...PHONE, density });
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
  const level = levelOf({ scale: 0.5, x: 10.3, y: -7.7 }, { ...PHONE, density: 1.75 });
  const { x, y } = placeOf(level, { scale: 0.5, x: 33.1, y: 4 });
  expect((x * 1.75) % 1).toBeCloseTo(0, 9);
  expect((y * 1.75) % 1).toBeCloseTo(0, 9);
});

it('a tile knows which part of the image it shows', () => {
  const level = levelOf({ scale: 2, x: 100, y: 50 }, { width: 512, height: 1024, density: 2 });
  // Two columns, four rows: 256 CSS pixels a side, 128 image pixels.
  expect(imageBoundsOf(level, { column: 1, row: 0 }, 0)).toEqual([78, -25, 206, 103]);
  expect(imageBoundsOf(level, { column: 1, row: 0 }, 20)).toEqual([68, -35, 216, 113]);
  expect(boundsMeet([206, 0, 300, 5], [78, -25, 206, 103])).toBe(true);
});
