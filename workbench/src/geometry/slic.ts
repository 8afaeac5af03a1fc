/**
 * Superpixels: patches of like colour that keep to edges. SLIC (Achanta et al., "SLIC superpixels compared to
 * state-of-the-art superpixel methods", PAMI 2012): k-means over colour and place, each centre looking only around itself.
 */
import { labOf } from './lab';
import type { Raster } from './raster';

const ROUNDS = 6;
/** Weight of the place against the colour: lower keeps closer to edges, higher is rounder. */
const COMPACTNESS = 12;

/** For each pixel the number of its patch; patches are in one piece, about `side_px` wide. */
export function superpixels(raster: Raster, side_px: number): Int32Array {
  const { width, height } = raster;
  const lab = labOf(raster);
  const columns = Math.max(1, Math.round(width / side_px));
  const rows = Math.max(1, Math.round(height / side_px));
  // L, a, b, x, y of each centre.
  const centres = new Float64Array(columns * rows * 5);
  for (let k = 0; k < columns * rows; k++) {
    const x = Math.floor((((k % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(k / columns) + 0.5) * height) / rows);
    const at = (y * width + x) * 3;
    centres.set([lab[at]!, lab[at + 1]!, lab[at + 2]!, x, y], k * 5);
  }
  const labels = new Int32Array(width * height);
  const nearest = new Float32Array(width * height);
  const weight = (COMPACTNESS / side_px) ** 2;
  for (let round = 0; round < ROUNDS; round++) {
    nearest.fill(Infinity);
    for (let k = 0; k < columns * rows; k++) {
      const [l, a, b, cx, cy] = centres.subarray(k * 5, k * 5 + 5) as unknown as [
        number,
        number,
        number,
        number,
        number,
      ];
      const [x0, x1] = [Math.max(0, Math.ceil(cx - side_px)), Math.min(width - 1, Math.floor(cx + side_px))];
      const [y0, y1] = [Math.max(0, Math.ceil(cy - side_px)), Math.min(height - 1, Math.floor(cy + side_px))];
      for (let y = y0; y <= y1; y++) {
        for (let x = x0, i = y * width + x0; x <= x1; x++, i++) {
          const [dl, da, db] = [lab[i * 3]! - l, lab[i * 3 + 1]! - a, lab[i * 3 + 2]! - b];
          const far = dl * dl + da * da + db * db + weight * ((x - cx) ** 2 + (y - cy) ** 2);
          if (far < nearest[i]!) {
            nearest[i] = far;
            labels[i] = k;
          }
        }
      }
    }
    const sums = new Float64Array(columns * rows * 6);
    for (let i = 0; i < labels.length; i++) {
      const at = labels[i]! * 6;
      sums[at]! += lab[i * 3]!;
      sums[at + 1]! += lab[i * 3 + 1]!;
      sums[at + 2]! += lab[i * 3 + 2]!;
      sums[at + 3]! += i % width;
      sums[at + 4]! += Math.floor(i / width);
      sums[at + 5]! += 1;
    }
    for (let k = 0; k < columns * rows; k++) {
      const count = sums[k * 6 + 5]!;
      if (count > 0) for (let c = 0; c < 5; c++) centres[k * 5 + c] = sums[k * 6 + c]! / count;
    }
  }
  return inOnePiece(labels, width, height, (side_px * side_px) / 4);
}

/** Numbers the connected pieces anew; one of fewer than `least` pixels joins the piece beside its first pixel. */
function inOnePiece(labels: Int32Array, width: number, height: number, least: number): Int32Array {
  const pieces = new Int32Array(labels.length).fill(-1);
  const queue = new Int32Array(labels.length);
  let next = 0;
  for (let start = 0; start < labels.length; start++) {
    if (pieces[start] !== -1) continue;
    const beside = start % width > 0 ? pieces[start - 1]! : start >= width ? pieces[start - width]! : -1;
    let [head, tail] = [0, 0];
    queue[tail++] = start;
    pieces[start] = next;
    while (head < tail) {
      const at = queue[head++]!;
      const x = at % width;
      const join = (other: number) => {
        if (pieces[other] === -1 && labels[other] === labels[start]) {
          pieces[other] = next;
          queue[tail++] = other;
        }
      };
      if (x > 0) join(at - 1);
      if (x + 1 < width) join(at + 1);
      if (at >= width) join(at - width);
      if (at + width < width * height) join(at + width);
    }
    if (tail < least && beside !== -1) for (let i = 0; i < tail; i++) pieces[queue[i]!] = beside;
    else next++;
  }
  return pieces;
}
