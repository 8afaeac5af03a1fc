/** The pixels of a picture as a tool reads them: RGBA, row-major, one byte a channel. */
import type { Bitmap } from './mask';
import type { Position, Size } from './points';

export interface Raster extends Size {
  readonly rgba: Uint8ClampedArray;
}

/** The pixel of a raster below a point of the image, whose size may be another. */
export const pixelAt = ([x, y]: Position, image: Size, raster: Size): number => {
  const column = Math.min(raster.width - 1, Math.max(0, Math.floor((x * raster.width) / image.width)));
  const row = Math.min(raster.height - 1, Math.max(0, Math.floor((y * raster.height) / image.height)));
  return row * raster.width + column;
};

/** A bitmap of a raster in the size of the image: each pixel takes what lies below its centre. */
export function enlarged(bitmap: Bitmap, image: Size): Bitmap {
  if (bitmap.width === image.width && bitmap.height === image.height) return bitmap;
  const pixels = new Uint8Array(image.width * image.height);
  const columns = new Uint32Array(image.width);
  for (let x = 0; x < image.width; x++) columns[x] = Math.floor(((x + 0.5) * bitmap.width) / image.width);
  for (let y = 0; y < image.height; y++) {
    const from = Math.floor(((y + 0.5) * bitmap.height) / image.height) * bitmap.width;
    for (let x = 0; x < image.width; x++) pixels[y * image.width + x] = bitmap.pixels[from + columns[x]!]!;
  }
  return { ...image, pixels };
}
