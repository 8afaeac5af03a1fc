import { distance, inImage, type Position } from '../../geometry/points';
import '../../model/proposals';
import type { Helper } from '../../model/suggestions';
import type { FoundWay } from '../assist';
import { stored } from '../path/path';
import { type Bench, DOUBLE_TAP_MS, type Draft, type Key, type Press, reach, State } from '../tool';

/** Ways from tap to tap. The one that is still being looked for is a straight line, and bends when it is found. */
export class Wiring extends State {
  readonly name = 'livewire.wiring';
  readonly #ways: (readonly Position[])[];
  #hover: { readonly at: Position; readonly way: readonly Position[] } | null = null;
  #wanted: Position | null = null;
  #asking = false;
  #gone = false;

  constructor(
    bench: Bench,
    private readonly home: State,
    ways: readonly (readonly Position[])[],
    private tap: Press | null,
    /** Who found the ways so far; null while all are straight. */
    private helper: Helper | null = null,
  ) {
    super(bench);
    this.#ways = [...ways];
    bench.hint('livewire_open');
  }

  get #points(): Position[] {
    return this.#ways.flatMap((way, i) => (i === 0 ? [...way] : way.slice(1)));
  }

  get #last(): Position {
    return this.#ways.at(-1)!.at(-1)!;
  }

  override hover(press: Press): State {
    this.#wanted = press.pointer === 'touch' ? null : inImage(press.at, this.bench.image);
    this.#look();
    return this;
  }

  override up(press: Press): State {
    const double =
      this.tap !== null &&
      press.time - this.tap.time < DOUBLE_TAP_MS &&
      distance(press.screen, this.tap.screen) <= reach(press.pointer) &&
      press.pointer !== 'keyboard';
    const closes =
      this.#ways.length > 2 && distance(this.#ways[0]![0]!, press.at) * this.bench.scale <= reach(press.pointer);
    if (double || closes) return this.#finish();
    this.tap = press;
    this.#append(inImage(press.at, this.bench.image));
    return this;
  }

  override key(key: Key): State | null {
    if (key === 'Escape') return this.#drop();
    return key === 'Enter' ? this.#finish() : null;
  }

  override get canUndo(): boolean {
    return true;
  }

  override get offers(): readonly Key[] {
    return this.#ways.length > 2 ? ['Enter'] : [];
  }

  override undo(): State {
    if (this.#ways.length > 1) return new Wiring(this.bench, this.home, this.#ways.slice(0, -1), null, this.helper);
    this.bench.hint('livewire');
    return this.home;
  }

  override leave(): void {
    this.#gone = true;
  }

  override draft(): Draft {
    const trail = this.#wanted === null ? [] : (this.#hover?.way ?? [this.#last, this.#wanted]);
    return { line: { points: this.#points, cursor: null, trail, closed: true, closing: false } };
  }

  #append(to: Position): void {
    const index = this.#ways.length;
    const from = this.#last;
    const straight = [from, to];
    this.#ways.push(straight);
    this.#hover = null;
    this.bench.assist!.way({ from, to }).then(
      ({ way, by, version }) => {
        if (this.#gone || this.#ways[index] !== straight) return;
        this.helper = { by, version };
        this.#ways[index] = [from, ...way.slice(1, -1), to];
        this.bench.refresh();
      },
      () => undefined,
    );
  }

  /** Shows the way to the pointer; one question at a time. */
  #look(): void {
    const at = this.#wanted;
    if (this.#asking || this.#gone || at === null || this.#hover?.at === at) return;
    this.#asking = true;
    const from = this.#last;
    this.bench.assist!.way({ from, to: at }).then(
      ({ way }) => {
        this.#asking = false;
        if (this.#gone) return;
        if (this.#last === from) this.#hover = { at, way };
        this.bench.refresh();
        this.#look();
      },
      () => {
        this.#asking = false;
      },
    );
  }

  #drop(): State {
    this.#gone = true;
    this.bench.hint('livewire');
    return this.home;
  }

  /** Back to the first point along the edge; a way that nobody finds stays straight. */
  #finish(): State {
    const open = this.#points;
    if (stored(open, true).length < 3) {
      this.bench.hint('too_small');
      return this;
    }
    const { label } = this.bench;
    const close = (found: FoundWay | null) => {
      const points = stored([...this.#points, ...(found?.way.slice(1, -1) ?? [])], true);
      const helper = found ?? this.helper;
      const assist = helper && { by: helper.by, version: helper.version, edited: false };
      this.bench.create({ kind: 'polygon', polygon: [points], ...(assist && { assist }) }, label!);
      this.bench.hint('livewire');
    };
    this.#gone = true;
    this.bench.settle(this.bench.assist!.way({ from: this.#last, to: open[0]! }), close, () => close(null));
    return this.home;
  }
}
