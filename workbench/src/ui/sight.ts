/** What of an answer is shown and can be touched: for the eye only, never a part of what is sent. */
import { computed, type Signal, signal } from '@preact/signals';
import type { Answer } from './answer';

type Ids = Signal<readonly string[]>;

export class Sight {
  readonly locked: Ids = signal([]);
  readonly hidden: Ids = signal([]);
  /** Those that were there when one was looked at alone; what is drawn since is seen. */
  readonly apart: Ids = signal([]);
  /** While it is held, no mark is in the way of the image. */
  readonly peek = signal(false);
  /** Areas are not tinted. */
  readonly outlines = signal(false);
  readonly unseen = computed<readonly string[]>(() =>
    this.peek.value
      ? this.answer.drawn.value.map(({ id }) => id)
      : [...new Set([...this.hidden.value, ...this.apart.value])],
  );

  constructor(private readonly answer: Answer) {}

  /** True when the command meant something. */
  run(command: string): boolean {
    const selected = this.answer.selected.value;
    if (command === 'outlines') this.outlines.value = !this.outlines.value;
    else if (command === 'peek') this.peek.value = true;
    else if (command === 'isolate') this.#isolate(selected);
    // With nothing selected it brings all back: what is hidden cannot be selected on the image.
    else if (command === 'hide' && selected.length === 0) this.hidden.value = [];
    else if (command === 'hide') for (const id of selected) this.toggle(this.hidden, id);
    else if (command === 'lock') for (const id of selected) this.toggle(this.locked, id);
    else return false;
    return true;
  }

  toggle(list: Ids, id: string): void {
    list.value = list.value.includes(id) ? list.value.filter((other) => other !== id) : [...list.value, id];
  }

  #isolate(kept: readonly string[]): void {
    const others = this.answer.drawn.value.map(({ id }) => id).filter((id) => !kept.includes(id));
    this.apart.value = this.apart.value.length > 0 || kept.length === 0 ? [] : others;
  }
}

const sights = new WeakMap<Answer, Sight>();

export function sightOf(answer: Answer): Sight {
  let sight = sights.get(answer);
  if (sight === undefined) {
    sight = new Sight(answer);
    sights.set(answer, sight);
  }
  return sight;
}
