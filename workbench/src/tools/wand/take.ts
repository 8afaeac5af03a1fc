import { flipOf, isNothing } from '../../geometry/flip';
import { bitmapRect, encodeMask } from '../../geometry/mask';
import '../../model/proposals';
import type { FoundRegion } from '../assist';
import type { Bench } from '../tool';

/** What a press means, whatever is selected by the time its answer comes. */
export interface Aim {
  readonly label: string;
  /** Of the mask; null until there is one. */
  id: string | null;
}

/** The selected mask, or a new one; a press before that one has come means it too. */
export function aimed(bench: Bench, last: Aim | null): Aim {
  const selected = bench.selected();
  const label = bench.label!;
  if (selected?.kind === 'mask') return { label, id: selected.id };
  return last?.id === null && last.label === label ? last : { label, id: null };
}

/** A region that was found joins the mask that was meant (or leaves it), or becomes that mask. */
export function take(bench: Bench, { region, by, version }: FoundRegion, aim: Aim, away: boolean): void {
  const rect = bitmapRect(region);
  if (rect === null) return;
  if (aim.id === null) {
    if (away) return;
    const assist = { by, version, edited: false };
    aim.id = bench.create({ kind: 'mask', mask: encodeMask(region), assist }, aim.label).id;
    return;
  }
  const selected = bench.shape(aim.id);
  // Deleted since.
  if (selected?.kind !== 'mask') return;
  const flip = flipOf(bench.bitmap(selected), region, rect, away);
  if (isNothing(flip)) return;
  const { pixels } = bench.bitmap(selected);
  // An empty mask is not an answer.
  const empties = away && pixels.every((set, i) => set === 0 || region.pixels[i] === 1);
  if (empties) bench.remove([selected.id]);
  else bench.flip(selected, flip, by, { by, version });
}
