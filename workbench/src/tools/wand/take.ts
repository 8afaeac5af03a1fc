import { bitmapRect } from '../../geometry/mask';
import '../../model/proposals';
import type { FoundRegion } from '../assist';
import { lay, unkept } from '../brush/laid';
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
  const meant = aim.id === null ? null : bench.shape(aim.id);
  const rect = bitmapRect(region);
  // Deleted since, or never there.
  if (rect === null || (aim.id !== null && meant?.kind !== 'mask')) return;
  const own = away ? region : unkept(bench, meant?.id, region);
  const base = meant?.kind === 'mask' ? meant : null;
  aim.id = lay(bench, base, own, rect, { erase: away, reason: by, label: aim.label, helper: { by, version } });
}
