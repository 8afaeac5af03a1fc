/** The tools that read the picture, held to what follows from their definition by hand. */
import { expect, it } from 'vitest';
import { flood } from './flood';
import { labOf } from './lab';
import { cheapestWay, edgeCosts, simplified } from './livewire';
import { enlarged, pixelAt, type Raster } from './raster';
import { superpixels } from './slic';

/** One character a pixel: its grey is ten times the digit. */
function raster(...rows: readonly string[]): Raster {
  const rgba = new Uint8ClampedArray(rows.join('').length * 4).fill(255);
  for (const [i, digit] of [...rows.join('')].entries()) rgba.fill(Number(digit) * 10, i * 4, i * 4 + 3);
  return { width: rows[0]!.length, height: rows.length, rgba };
}

const shown = ({ width, pixels }: { width: number; pixels: Uint8Array }) =>
  Array.from({ length: pixels.length / width }, (_, y) => pixels.slice(y * width, (y + 1) * width).join(''));

it('the wand takes what hangs together by sides and is alike, round corners too', () => {
  const spiral = raster('11111', '99991', '11191', '19991', '11111');
  expect(shown(flood(spiral, 0, 5))).toEqual(['11111', '00001', '11101', '10001', '11111']);
  expect(shown(flood(raster('19', '91'), 0, 5))).toEqual(['10', '00']);
});

it('the wand’s tolerance is that of each channel, its end included', () => {
  const steps = raster('0123');
  expect(shown(flood(steps, 0, 20))).toEqual(['1110']);
  expect(shown(flood(steps, 0, 19))).toEqual(['1100']);
});

it('a smaller picture is read below the place and its pixels are enlarged without a shift', () => {
  const half = { width: 2, height: 1, pixels: Uint8Array.of(0, 1) };
  expect(shown(enlarged(half, { width: 4, height: 2 }))).toEqual(['0011', '0011']);
  expect(pixelAt([2.0, 0.5], { width: 4, height: 2 }, half)).toBe(1);
  expect(pixelAt([99, 99], { width: 4, height: 2 }, half)).toBe(1);
});

it('Lab is the colour space of the standard', () => {
  // sRGB red, D65: L* 53.24, a* 80.09, b* 67.20 (Lindbloom).
  const red = { width: 1, height: 1, rgba: Uint8ClampedArray.of(255, 0, 0, 255) };
  const [l, a, b] = labOf(red);
  expect(l).toBeCloseTo(53.24, 1);
  expect(a).toBeCloseTo(80.09, 1);
  expect(b).toBeCloseTo(67.2, 1);
});

it('superpixels keep to an edge, and each is in one piece', () => {
  // An edge at x = 11, beside the grid's own line at 10.
  const rows = Array.from({ length: 20 }, () => '1'.repeat(11) + '9'.repeat(19));
  const labels = superpixels(raster(...rows), 10);
  const sides = new Map<number, Set<boolean>>();
  for (const [i, label] of labels.entries()) sides.set(label, (sides.get(label) ?? new Set()).add(i % 30 < 11));
  for (const seen of sides.values()) expect(seen.size).toBe(1);
  expect(sides.size).toBeGreaterThanOrEqual(4);
  for (const label of sides.keys()) {
    const pixels = Uint8Array.from(labels, (each) => (each === label ? 9 : 0));
    const own = raster(...Array.from({ length: 20 }, (_, y) => pixels.slice(y * 30, (y + 1) * 30).join('')));
    const size = pixels.reduce((sum, each) => sum + (each === 9 ? 1 : 0), 0);
    expect(flood(own, pixels.indexOf(9), 0).pixels.reduce((sum, each) => sum + each, 0)).toBe(size);
  }
});

it('the wire follows an edge round a corner and not the straight line', () => {
  const rows = Array.from({ length: 30 }, (_, y) =>
    Array.from({ length: 30 }, (_, x) => (x >= 8 && y >= 8 ? '9' : '1')).join(''),
  );
  const square = raster(...rows);
  const way = cheapestWay(edgeCosts(square), square, 28 * 30 + 8, 8 * 30 + 28, 10);
  const [ends, corner] = [[way[0], way.at(-1)], way.map((at) => [at % 30, Math.floor(at / 30)])];
  expect(ends).toEqual([28 * 30 + 8, 8 * 30 + 28]);
  // Sobel is strongest on the two columns (and rows) at the edge: 7 and 8.
  for (const [x, y] of corner) expect(Math.min(Math.abs(x! - 7.5), Math.abs(y! - 7.5))).toBeLessThanOrEqual(1.5);
});

it('in an even picture the wire is the shortest way', () => {
  const even = raster(...Array.from({ length: 10 }, () => '5'.repeat(10)));
  expect(cheapestWay(edgeCosts(even), even, 0, 55, 3)).toEqual([0, 11, 22, 33, 44, 55]);
});

it('a way is thinned out as far as it may go off', () => {
  expect(
    simplified(
      [
        [0, 0],
        [1, 0.4],
        [2, 0],
        [2, 2],
      ],
      0.5,
    ),
  ).toEqual([
    [0, 0],
    [2, 0],
    [2, 2],
  ]);
  expect(
    simplified(
      [
        [0, 0],
        [1, 0.6],
        [2, 0],
      ],
      0.5,
    ),
  ).toHaveLength(3);
});
