import { flipOf, isNothing } from '../../geometry/flip';
import { bitmapRect, encodeMask } from '../../geometry/mask';
import '../../model/proposals';
import type { FoundRegion } from '../assist';
import type { Bench } from '../tool';

/** A region that was found joins the selected mask (or leaves it), or becomes a mask of its own. */
export function take(bench: Bench, { region, by, version }: FoundRegion, away: boolean): void {
  const rect = bitmapRect(region);
  if (rect === null) return;
  const selected = bench.selected();
  if (selected?.kind !== 'mask') {
    if (!away) bench.create({ kind: 'mask', mask: encodeMask(region), assist: { by, version, edited: false } });
    return;
  }
  const flip = flipOf(bench.bitmap(selected), region, rect, away);
  if (isNothing(flip)) return;
  const { pixels } = bench.bitmap(selected);
  // An empty mask is not an answer.
  const empties = away && pixels.every((set, i) => set === 0 || region.pixels[i] === 1);
  if (empties) bench.remove([selected.id]);
  else bench.flip(selected, flip, by, { by, version });
}
