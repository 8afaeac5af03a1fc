import type { MaskAnnotation } from '../../model/annotation';
import type { Bench, Press } from '../tool';

/**
 * The mask that a press goes on with: the selected one; with none selected what adds begins a new one (null), and what
 * takes away means the one under it. Null there too when there is none, and a hint says so.
 */
export function meant(bench: Bench, press: Press, erase: boolean): MaskAnnotation | null {
  const selected = bench.selected();
  if (selected?.kind === 'mask') return selected;
  if (!erase) return null;
  const below = bench.shapeAt(press);
  if (below?.kind !== 'mask') {
    bench.hint('no_mask');
    return null;
  }
  bench.select([below.id]);
  return below;
}
