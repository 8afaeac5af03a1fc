import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutOut } from './cutout';
import type { Raster } from './raster';

const WIDTH = 120;
const HEIGHT = 80;

/** A blue disc on stripes of two greens, with grain of a fixed pattern. */
function picture(cx: number, cy: number, radius: number): Raster {
  const rgba = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const away = Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
      const ground = Math.floor(x / 6) % 2 === 0 ? [60, 130, 60] : [110, 170, 80];
      const colour = away <= radius ? [40, 60, 190] : ground;
      const grain = ((x * 7 + y * 13) % 9) - 4;
      rgba.set([...colour.map((value) => value + grain), 255], (y * WIDTH + x) * 4);
    }
  }
  return { width: WIDTH, height: HEIGHT, rgba };
}

const inDisc = (i: number, cx: number, cy: number, radius: number): boolean =>
  Math.hypot((i % WIDTH) + 0.5 - cx, Math.floor(i / WIDTH) + 0.5 - cy) <= radius;

function agreement(pixels: Uint8Array, cx: number, cy: number, radius: number): number {
  let [both, either] = [0, 0];
  pixels.forEach((set, i) => {
    const wanted = inDisc(i, cx, cy, radius);
    if (set === 1 && wanted) both++;
    if (set === 1 || wanted) either++;
  });
  return both / either;
}

it('a disc on a striped ground is found whole, whatever its place and size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 35, max: 85 }),
      fc.integer({ min: 32, max: 48 }),
      fc.integer({ min: 10, max: 22 }),
      (cx, cy, radius) => {
        const box = [cx - radius - 3, cy - radius - 3, cx + radius + 3, cy + radius + 3] as const;
        const { pixels } = cutOut(picture(cx, cy, radius), box);
        expect(agreement(pixels, cx, cy, radius)).toBeGreaterThan(0.95);
        const beyond = (i: number) => Math.abs((i % WIDTH) + 0.5 - cx) > radius + 3;
        expect(pixels.some((set, i) => set === 1 && beyond(i))).toBe(false);
      },
    ),
    { numRuns: 25 },
  );
});

it('a box of the whole picture has an answer', () => {
  expect(agreement(cutOut(picture(60, 40, 20), [0, 0, WIDTH, HEIGHT]).pixels, 60, 40, 20)).toBeGreaterThan(0.95);
});

it('where all is ground nothing is found', () => {
  const rgba = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(128);
  expect(cutOut({ width: WIDTH, height: HEIGHT, rgba }, [20, 20, 80, 60]).pixels.includes(1)).toBe(false);
});
