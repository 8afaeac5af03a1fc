/** Keeps one answer in the making: on this device after each gesture, on the server when the hands rest. */
import { signal } from '@preact/signals';
import type { Annotation } from '../model/annotation';
import { type Api, Refused } from '../transport/api';
import { foldAhead } from '../transport/folded';
import type { KeptDraft, Shelf } from '../transport/shelf';
import type { SavedState } from '../ui/work-desk';
import type { ServerDraft } from '../wire';

/** The first change is written at once; of a flurry the last one, at this distance. */
const DEVICE_DISTANCE_MS = 200;
const SERVER_REST_MS = 3_000;
/** A person who never rests is saved on the server this often. */
const SERVER_LATEST_MS = 20_000;

export interface Snapshot extends Pick<KeptDraft, 'project' | 'until'> {
  readonly annotations: readonly Annotation[];
  readonly history: unknown;
  readonly activeSeconds: number;
  readonly nothing: boolean;
}

/** What the draft grew from. */
export type Root = Pick<KeptDraft, 'revision' | 'version' | 'other'>;

/** Which of the two to open. `ask` when both went on from the same revision: only the person knows. */
export function opened(local: KeptDraft | null, server: ServerDraft | null): 'local' | 'server' | 'ask' | 'none' {
  if (!local) return server ? 'server' : 'none';
  if (!server || server.revision <= local.revision) return 'local';
  // Sent while the page was closing: the reply was never heard, and the newer one is our own.
  if (sameAnswer(local.annotations, server.annotations)) return 'local';
  return local.dirty ? 'ask' : 'server';
}

/** Equal whatever the order of keys, and whether empty attributes are spelled out. */
export function sameAnswer(a: readonly Annotation[], b: readonly Annotation[]): boolean {
  const plain = (_key: string, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const kept = Object.entries(value).filter(
      ([key, each]) => key !== 'attributes' || Object.keys(each ?? {}).length > 0,
    );
    return Object.fromEntries(kept.sort(([first], [second]) => (first < second ? -1 : 1)));
  };
  return JSON.stringify(a, plain) === JSON.stringify(b, plain);
}

export class DraftKeeper {
  readonly state = signal<SavedState>('none');
  /** Another draft of this task, made elsewhere: the person is asked. */
  readonly newer = signal<readonly Annotation[] | null>(null);
  /** The draft that was not chosen, or is not chosen yet; kept beside this one until the answer has arrived. */
  readonly other = signal<readonly Annotation[] | null>(null);
  #revision: number;
  #version: number;
  #deviceTimer: ReturnType<typeof setTimeout> | undefined;
  #serverTimer: ReturnType<typeof setTimeout> | undefined;
  #keptAt = -DEVICE_DISTANCE_MS;
  #restingSince: number | null = null;
  #dirty = false;
  /** Counts what was changed; what is sent is settled when it still stands there at the reply. */
  #changes = 0;
  #sending = false;
  #closed = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly api: Api,
    private readonly shelf: Shelf,
    private readonly assignment: string,
    { revision, version, other }: Root,
    private readonly snapshot: () => Snapshot,
    /** A draft was written; or it cannot be, because the task was answered in another tab. */
    private readonly told: (what: 'draft' | 'packed') => void = () => undefined,
  ) {
    this.#revision = revision;
    this.#version = version;
    this.other.value = other;
  }

  /** The task is in sight: what its first gesture would have to write is written while nobody waits for it. */
  foldAhead(): void {
    if (this.shelf.durable) foldAhead(this.snapshot());
  }

  changed(): void {
    if (this.#closed) return;
    this.#dirty = true;
    this.#changes += 1;
    if (this.state.value !== 'failed') this.state.value = 'saving';
    // Not pushed back by further changes: a person who never stops is saved every 200 ms.
    const waitMs = Math.max(0, this.#keptAt + DEVICE_DISTANCE_MS - performance.now());
    this.#deviceTimer ??= setTimeout(() => void this.keep(), waitMs);
    this.sendSoon();
  }

  /** What is only on this device goes to the server when the hands rest, or the line is back. */
  sendSoon(): void {
    if (this.#closed || !this.#dirty) return;
    const now = performance.now();
    this.#restingSince ??= now;
    clearTimeout(this.#serverTimer);
    const latestMs = this.#restingSince + SERVER_LATEST_MS - now;
    this.#serverTimer = setTimeout(() => void this.#send(false), Math.min(SERVER_REST_MS, Math.max(0, latestMs)));
  }

  /** Now, because the page may be going away. */
  flush(): void {
    if (this.#closed || !this.#dirty) return;
    void this.#send(true);
    void this.keep();
  }

  /** Nothing here that another tab has not seen: what it writes may be shown. */
  get idle(): boolean {
    return this.#deviceTimer === undefined;
  }

  /** Writes go one after the other, so that an older snapshot cannot land on a newer one. */
  keep(): Promise<void> {
    clearTimeout(this.#deviceTimer);
    this.#deviceTimer = undefined;
    this.#keptAt = performance.now();
    this.#writing = this.#writing.then(() => this.#put());
    return this.#writing;
  }

  /** The person chose the draft on this screen: it goes on from the newer revision, and the other one stays in reach. */
  keepMine(): void {
    this.newer.value = null;
    this.changed();
  }

  /** No more writes: the answer is packed for sending, or put away. A write under way comes before whatever is written next. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#deviceTimer);
    clearTimeout(this.#serverTimer);
  }

  /** The answer as it would be kept now. */
  kept(): KeptDraft {
    return {
      ...this.snapshot(),
      assignment: this.assignment,
      revision: this.#revision,
      dirty: this.#dirty,
      version: this.#version + 1,
      other: this.other.value,
    };
  }

  /** Another draft came up: both are kept from here on, and the person is asked. */
  ask(other: readonly Annotation[], revision: number): void {
    this.#revision = Math.max(this.#revision, revision);
    this.other.value = other;
    this.newer.value = other;
  }

  async #put(): Promise<void> {
    if (this.#closed) return;
    try {
      let conflict = await this.shelf.keepDraft(this.kept());
      if (conflict && conflict !== 'packed') {
        // Another tab wrote what was never seen here. Neither may go: theirs is kept inside ours.
        this.#version = conflict.version;
        if (!sameAnswer(conflict.annotations, this.snapshot().annotations)) {
          this.ask(conflict.annotations, conflict.revision);
        }
        conflict = await this.shelf.keepDraft(this.kept());
      }
      if (conflict === 'packed') return this.told('packed');
      this.#version += 1;
      this.told('draft');
      if (this.state.value !== 'server') this.state.value = this.shelf.durable ? 'device' : 'memory';
    } catch {
      this.state.value = 'failed';
    }
  }

  async #send(keepalive: boolean): Promise<void> {
    // One at a time: two under one revision would meet as strangers.
    if (this.#closed || this.newer.value || !this.#dirty || this.#sending) return;
    const revision = this.#revision + 1;
    const { annotations } = this.snapshot();
    const changes = this.#changes;
    // Until the reply it is only here: a page that goes meanwhile leaves a draft that says so.
    this.#sending = true;
    this.#restingSince = null;
    const arrived = (as: number) => {
      this.#revision = Math.max(this.#revision, as);
      this.#dirty = this.#changes !== changes;
      if (!this.#dirty && !this.#closed) this.state.value = 'server';
    };
    try {
      await this.api.send(`/work/assignments/${this.assignment}/draft`, {
        method: 'PUT',
        body: { revision, annotations },
        keepalive,
      });
      arrived(revision);
    } catch (error) {
      const newer = error instanceof Refused && error.code === 'draft_stale' ? error.problem.draft : undefined;
      // Our own, whose reply was lost, or somebody else's.
      if (newer && sameAnswer(newer.annotations, annotations)) arrived(newer.revision);
      else if (newer && !this.#closed) this.ask(newer.annotations, newer.revision);
      // Otherwise the device has it, and the next change, the returning line or the submit carries it on.
    }
    this.#sending = false;
    // What was changed meanwhile waited for this one.
    if (this.#changes !== changes) this.sendSoon();
    await this.keep();
  }
}
