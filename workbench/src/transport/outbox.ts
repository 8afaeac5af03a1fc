/**
 * Answers on their way to the server. An answer is on the shelf under its key before the first attempt, so a crash, a
 * reload or a lost reply can only repeat it, and the server answers a repeat with its first reply. Each page sends its
 * own answers; those of a page that is gone are taken over by one that lives.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { ProblemBody } from '../wire';
import { Refused, Unreachable } from './api';
import { orNothing, outcome } from './outcome';
import type { KeptDraft, Parcel, Shelf } from './shelf';
import type { Tabs } from './tabs';

export type Delivery = (parcel: Parcel) => Promise<unknown>;

interface Clock {
  /** ms from any start; never set back or forward, unlike the clock of the device. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  after(delayMs: number, run: () => void): void;
}

const realClock: Clock = {
  now: () => performance.now(),
  random: () => Math.random(),
  after: (delayMs, run) => void setTimeout(run, delayMs),
};

/** When a parcel may be tried; `firm` when the server said so itself, so that a returning line changes nothing. */
interface Wait {
  readonly until: number;
  readonly firm: boolean;
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;

/** Doubles from 2 s to 5 min; the upper half is random, so that a thousand phones do not come back in one second. */
export function backOffMs(attempts: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 12));
  return full / 2 + (full / 2) * random;
}

export class Outbox {
  readonly #parcels = signal<readonly Parcel[]>([]);
  readonly #signedOut = signal(false);
  readonly #lineDown = signal(false);
  readonly #waits = new Map<string, Wait>();
  readonly #packing = new Map<string, Promise<boolean>>();
  /** Keys of parcels that the disk would not take. */
  readonly #loose = signal<readonly string[]>([]);
  #running = false;
  #again = false;

  constructor(
    private readonly shelf: Shelf,
    private readonly tabs: Tabs,
    private readonly deliver: Delivery,
    private readonly delivered: (parcel: Parcel, answer: unknown) => void,
    private readonly clock: Clock = realClock,
  ) {}

  /** This page's, in order of answering; those with a `problem` wait for a person. */
  get parcels(): ReadonlySignal<readonly Parcel[]> {
    return this.#parcels;
  }
  /** The server asked to sign in; nothing is sent until `wake`. */
  get signedOut(): ReadonlySignal<boolean> {
    return this.#signedOut;
  }
  get lineDown(): ReadonlySignal<boolean> {
    return this.#lineDown;
  }
  /** Something is lost with this page: the disk would not take it, or there is none. To be read as a signal is. */
  get inTab(): boolean {
    return this.#loose.value.length > 0 || !this.shelf.durable;
  }

  /** Takes over what pages before this one left, now or when they go, and sends it. The assignments that are packed. */
  async start(): Promise<ReadonlySet<string>> {
    const left = await this.shelf.parcels();
    for (const tab of new Set(left.map((parcel) => parcel.tab))) this.watch(tab);
    return new Set(left.map(({ assignment }) => assignment));
  }

  /** What that page leaves is sent from here. */
  watch(tab: string): void {
    this.tabs.whenGone(tab, async () => {
      const adopted = await this.shelf.adopt(tab, this.tabs.id);
      this.#parcels.value = [...adopted, ...this.#parcels.value];
      void this.#drain();
    });
  }

  /**
   * Resolves when the parcel is safe on this device, not when it was sent; false when another tab answered this task
   * before. A full disk must not keep it from going out.
   */
  async post(parcel: Parcel, afterMs: number): Promise<boolean> {
    this.#parcels.value = [...this.#parcels.value, parcel];
    this.#waits.set(parcel.key, { until: this.clock.now() + afterMs, firm: true });
    const packing = this.shelf.pack(parcel).catch(() => {
      this.#loose.value = [...this.#loose.value, parcel.key];
      return true;
    });
    this.#packing.set(parcel.key, packing);
    const first = await packing;
    this.#packing.delete(parcel.key);
    if (!first) this.#remove(parcel.key);
    this.#drainAt(this.clock.now() + afterMs);
    return first;
  }

  /** Takes a parcel back into a draft while its undo window is open. False when it is too late. */
  async recall(key: string, draft: KeptDraft): Promise<boolean> {
    return !!this.#find(key) && !this.#due(key) && this.reopen(key, draft);
  }

  /** Ends an undo window, or tries again what a person has looked at. */
  async release(key: string): Promise<void> {
    this.#waits.delete(key);
    const parcel = this.#find(key);
    if (parcel?.problem) await this.#set({ ...parcel, problem: null });
    void this.#drain();
  }

  /** Something was tried for a kept answer, and this is what came of it. */
  async refuse(key: string, problem: ProblemBody): Promise<void> {
    const parcel = this.#find(key);
    if (parcel) await this.#set({ ...parcel, problem });
  }

  /** The person decided that this answer need not be sent. */
  async forget(key: string): Promise<void> {
    this.#remove(key);
    await this.shelf.drop(key);
  }

  /** Back on the table, in one step: as `recall`, whatever its wait. Where it fails the parcel stays, and goes its way. */
  async reopen(key: string, draft: KeptDraft): Promise<boolean> {
    const wait = this.#waits.get(key);
    // Not sent while it is taken back.
    this.#waits.set(key, { until: Infinity, firm: true });
    await this.#packing.get(key);
    const isBack = (await this.shelf.unpack(key, draft).catch(() => false)) || this.#loose.value.includes(key);
    if (isBack) this.#remove(key);
    else {
      this.#waits.set(key, wait ?? { until: 0, firm: false });
      void this.#drain();
    }
    return isBack;
  }

  /** Call when the line may be back: online, focus, signed in again. */
  async wake(): Promise<void> {
    this.#signedOut.value = false;
    for (const [key, { firm }] of this.#waits) if (!firm) this.#waits.delete(key);
    await this.#drain();
  }

  async #drain(): Promise<void> {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    try {
      do {
        this.#again = false;
        while (!this.#signedOut.value) {
          const due = this.#parcels.value.find(({ key, problem }) => problem === null && this.#due(key));
          if (!due || !(await this.#send(due))) break;
        }
      } while (this.#again);
    } finally {
      this.#running = false;
    }
    const waiting = this.#parcels.value.filter(({ problem }) => problem === null).map(({ key }) => this.#until(key));
    const next = Math.min(...waiting);
    if (next < Infinity && !this.#signedOut.value) this.#drainAt(next);
  }

  /** True when the next parcel may be tried at once. */
  async #send(parcel: Parcel): Promise<boolean> {
    try {
      // Released before the disk had it: never sent before it is kept.
      if ((await this.#packing.get(parcel.key)) === false) return true;
      const answer = await this.deliver(parcel).catch(orNothing(parcel));
      // One step for those who watch: what is no longer under way has already arrived.
      batch(() => {
        this.#lineDown.value = false;
        this.#remove(parcel.key);
        this.delivered(parcel, answer);
      });
      // A shelf that cannot forget it now sends it again some day, and is given the same answer.
      await this.shelf.drop(parcel.key).catch(() => undefined);
      return true;
    } catch (error) {
      const what = outcome(error);
      this.#lineDown.value = error instanceof Unreachable;
      if (what === 'sign_in') {
        this.#signedOut.value = true;
        return false;
      }
      const attempts = parcel.attempts + 1;
      if (what === 'again') {
        const told = error instanceof Refused ? error.retryAfterSeconds : null;
        const waitMs = told === null ? backOffMs(parcel.attempts, this.clock.random()) : told * 1000;
        this.#waits.set(parcel.key, { until: this.clock.now() + waitMs, firm: told !== null });
      }
      await this.#set({ ...parcel, attempts, problem: what === 'person' ? (error as Refused).problem : null });
      return error instanceof Refused;
    }
  }

  #drainAt(time: number): void {
    this.clock.after(Math.max(0, time - this.clock.now()), () => void this.#drain());
  }
  #until(key: string): number {
    return this.#waits.get(key)?.until ?? 0;
  }
  #due(key: string): boolean {
    return this.#until(key) <= this.clock.now();
  }
  #find(key: string): Parcel | undefined {
    return this.#parcels.value.find((parcel) => parcel.key === key);
  }
  #remove(key: string): void {
    this.#waits.delete(key);
    this.#loose.value = this.#loose.value.filter((each) => each !== key);
    this.#parcels.value = this.#parcels.value.filter((parcel) => parcel.key !== key);
  }
  async #set(parcel: Parcel): Promise<void> {
    this.#parcels.value = this.#parcels.value.map((each) => (each.key === parcel.key ? parcel : each));
    await this.shelf.change(parcel).catch(() => undefined);
  }
}
