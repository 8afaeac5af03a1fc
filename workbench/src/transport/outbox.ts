/**
 * Answers on their way to the server. An answer is on the shelf under its key before the first attempt, so a crash, a
 * reload or a lost reply can only repeat it, and the server answers a repeat with its first reply. That is also why two
 * tabs need no lock: the worst they can do is ask twice.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { Refused, Unreachable } from './api';
import type { KeptDraft, Parcel, Shelf } from './shelf';

export type Delivery = (parcel: Parcel) => Promise<unknown>;

interface Clock {
  now(): number;
  /** In [0, 1). */
  random(): number;
  after(delayMs: number, run: () => void): void;
}

const realClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, run) => void setTimeout(run, delayMs),
};

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 300_000;
/** Another open tab sends its own answers; only what is older than this was left behind. */
const ORPHAN_AGE_MS = 60_000;

/** Doubles from 2 s to 5 min; the upper half is random, so that a thousand phones do not come back in one second. */
export function backOffMs(attempts: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 12));
  return full / 2 + (full / 2) * random;
}

/** Refusals that time heals. Everything else needs a person. */
function passes(refused: Refused): boolean {
  return refused.status >= 500 || refused.status === 429 || refused.status === 408 || refused.code === 'in_progress';
}

export class Outbox {
  readonly #parcels = signal<readonly Parcel[]>([]);
  readonly #signedOut = signal(false);
  readonly #lineDown = signal(false);
  #running = false;
  #again = false;

  constructor(
    private readonly shelf: Shelf,
    private readonly deliver: Delivery,
    private readonly delivered: (parcel: Parcel, answer: unknown) => void,
    private readonly clock: Clock = realClock,
  ) {}

  /** In order of answering; those with a `problem` wait for a person. */
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

  /** Takes over what an earlier visit left and sends it. */
  async start(): Promise<void> {
    this.#parcels.value = (await this.shelf.parcels()).map((parcel) => ({ ...parcel, notBefore: 0 }));
    void this.#drain();
  }

  /** Resolves when the parcel is safe on this device, not when it was sent. A full disk must not keep it from going out. */
  async post(parcel: Parcel): Promise<void> {
    this.#parcels.value = [...this.#parcels.value, parcel];
    await this.shelf.pack(parcel).catch(() => undefined);
    this.#drainAt(parcel.notBefore);
  }

  /** Takes a parcel back into a draft while its undo window is open. False when it is too late. */
  async recall(key: string, draft: KeptDraft): Promise<boolean> {
    const parcel = this.#find(key);
    if (!parcel || parcel.notBefore <= this.clock.now()) return false;
    this.#remove(key);
    await this.shelf.unpack(key, draft);
    return true;
  }

  /** Ends an undo window, or tries again what a person has looked at. */
  async release(key: string): Promise<void> {
    const parcel = this.#find(key);
    if (parcel) await this.#set({ ...parcel, notBefore: 0, problem: null });
    void this.#drain();
  }

  /** The person decided that this answer need not be sent. */
  async forget(key: string): Promise<void> {
    this.#remove(key);
    await this.shelf.drop(key);
  }

  /** Call when the line may be back: online, focus, signed in again. */
  async wake(): Promise<void> {
    this.#signedOut.value = false;
    const known = new Set(this.#parcels.value.map(({ key }) => key));
    const oldest = this.clock.now() - ORPHAN_AGE_MS;
    const orphans = (await this.shelf.parcels()).filter(({ key, createdAt }) => !known.has(key) && createdAt < oldest);
    this.#parcels.value = [...orphans, ...this.#parcels.value].map((parcel) =>
      parcel.attempts > 0 ? { ...parcel, notBefore: 0 } : parcel,
    );
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
          const due = this.#parcels.value.find(
            (parcel) => parcel.problem === null && parcel.notBefore <= this.clock.now(),
          );
          if (!due || !(await this.#send(due))) break;
        }
      } while (this.#again);
    } finally {
      this.#running = false;
    }
    const waiting = this.#parcels.value.filter(({ problem }) => problem === null).map(({ notBefore }) => notBefore);
    if (waiting.length > 0 && !this.#signedOut.value) this.#drainAt(Math.min(...waiting));
  }

  /** True when the next parcel may be tried at once. */
  async #send(parcel: Parcel): Promise<boolean> {
    try {
      const answer = await this.deliver(parcel);
      // One step for those who watch: what is no longer under way has already arrived.
      batch(() => {
        this.#lineDown.value = false;
        this.#remove(parcel.key);
        this.delivered(parcel, answer);
      });
      await this.shelf.drop(parcel.key);
      return true;
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        this.#lineDown.value = false;
        this.#signedOut.value = true;
        return false;
      }
      if (error instanceof Refused && !passes(error)) {
        this.#lineDown.value = false;
        await this.#set({ ...parcel, attempts: parcel.attempts + 1, problem: error.problem });
        return true;
      }
      if (error instanceof Unreachable || error instanceof Refused) {
        const waitMs =
          error instanceof Refused && error.retryAfterSeconds !== null
            ? error.retryAfterSeconds * 1000
            : backOffMs(parcel.attempts, this.clock.random());
        this.#lineDown.value = error instanceof Unreachable;
        await this.#set({ ...parcel, attempts: parcel.attempts + 1, notBefore: this.clock.now() + waitMs });
        return error instanceof Refused;
      }
      throw error;
    }
  }

  #drainAt(time: number): void {
    this.clock.after(Math.max(0, time - this.clock.now()), () => void this.#drain());
  }
  #find(key: string): Parcel | undefined {
    return this.#parcels.value.find((parcel) => parcel.key === key);
  }
  #remove(key: string): void {
    this.#parcels.value = this.#parcels.value.filter((parcel) => parcel.key !== key);
  }
  async #set(parcel: Parcel): Promise<void> {
    this.#parcels.value = this.#parcels.value.map((each) => (each.key === parcel.key ? parcel : each));
    await this.shelf.change(parcel);
  }
}
