/** The magic wand: what hangs together with a pixel and has its colour (scan-line flood fill, Smith 1979). */
import type { Bitmap } from './mask';
import type { Raster } from './raster';

/** The pixels joined by sides to `seed` (an index) no channel of which differs from its colour by more than `tolerance`. */
export function flood({ width, height, rgba }: Raster, seed: number, tolerance: number): Bitmap {
  const pixels = new Uint8Array(width * height);
  const [red, green, blue] = [rgba[seed * 4]!, rgba[seed * 4 + 1]!, rgba[seed * 4 + 2]!];
  const like = (pixel: number): boolean =>
    pixels[pixel] === 0 &&
    Math.abs(rgba[pixel * 4]! - red) <= tolerance &&
    Math.abs(rgba[pixel * 4 + 1]! - green) <= tolerance &&
    Math.abs(rgba[pixel * 4 + 2]! - blue) <= tolerance;
  const waiting = [seed];
  while (waiting.length > 0) {
    const start = waiting.pop()!;
    if (!like(start)) continue;
    const row = start - (start % width);
    let left = start;
    while (left > row && like(left - 1)) left--;
    let right = start;
    while (right + 1 < row + width && like(right + 1)) right++;
    pixels.fill(1, left, right + 1);
    for (const shift of [-width, width]) {
      if (row + shift < 0 || row + shift >= width * height) continue;
      // One seed for each run of fitting pixels.
      for (let pixel = left, inside = false; pixel <= right; pixel++) {
        const fits = like(pixel + shift);
        if (fits && !inside) waiting.push(pixel + shift);
        inside = fits;
      }
    }
  }
  return { width, height, pixels };
}
