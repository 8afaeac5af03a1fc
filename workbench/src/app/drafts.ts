/** Keeps one answer in the making: on this device within 300 ms of each change, on the server when the hands rest. */
import { signal } from '@preact/signals';
import type { Annotation } from '../model/annotation';
import { type Api, Refused } from '../transport/api';
import type { KeptDraft, Shelf } from '../transport/shelf';
import type { SavedState } from '../ui/work-desk';
import type { ServerDraft } from '../wire';

const DEVICE_DELAY_MS = 200;
const SERVER_REST_MS = 3_000;

export interface Snapshot {
  readonly annotations: readonly Annotation[];
  readonly history: unknown;
  readonly activeSeconds: number;
  readonly nothing: boolean;
}

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
  /** The server holds a newer one, made elsewhere. */
  readonly newer = signal<ServerDraft | null>(null);
  #deviceTimer: ReturnType<typeof setTimeout> | undefined;
  #serverTimer: ReturnType<typeof setTimeout> | undefined;
  #dirty = false;
  #closed = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly api: Api,
    private readonly shelf: Shelf,
    private readonly assignment: string,
    private revision: number,
    private readonly snapshot: () => Snapshot,
  ) {}

  changed(): void {
    if (this.#closed) return;
    this.#dirty = true;
    if (this.state.value !== 'failed') this.state.value = 'saving';
    // Not pushed back by further changes: a person who never stops is saved every 200 ms.
    this.#deviceTimer ??= setTimeout(() => void this.keep(), DEVICE_DELAY_MS);
    clearTimeout(this.#serverTimer);
    this.#serverTimer = setTimeout(() => void this.#send(false), SERVER_REST_MS);
  }

  /** Now, because the page may be going away. */
  flush(): void {
    if (this.#closed || !this.#dirty) return;
    void this.#send(true);
    void this.keep();
  }

  /** Writes go one after the other, so that an older snapshot cannot land on a newer one. */
  keep(): Promise<void> {
    clearTimeout(this.#deviceTimer);
    this.#deviceTimer = undefined;
    this.#writing = this.#writing.then(() => this.#put());
    return this.#writing;
  }

  /** The person chose the draft on this screen: it goes on from the newer revision. */
  keepMine(): void {
    this.revision = this.newer.value?.revision ?? this.revision;
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
      revision: this.revision,

      dirty: this.#dirty,
    };
  }

  async #put(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.shelf.keepDraft(this.kept());
      if (this.state.value !== 'server') this.state.value = this.shelf.durable ? 'device' : 'memory';
    } catch {
      this.state.value = 'failed';
    }
  }

  async #send(keepalive: boolean): Promise<void> {
    if (this.#closed || this.newer.value || !this.#dirty) return;
    const revision = this.revision + 1;
    const { annotations } = this.snapshot();
    this.#dirty = false;
    try {
      await this.api.send(`/work/assignments/${this.assignment}/draft`, {
        method: 'PUT',
        body: { revision, annotations },
        keepalive,
      });
      this.revision = Math.max(this.revision, revision);
      if (this.#closed) return;
      // A change during the request set #dirty again and has its own timer.
      if (!this.#dirty) this.state.value = 'server';
      await this.keep();
    } catch (error) {
      const changedSince = this.#dirty;
      this.#dirty = true;
      const newer = error instanceof Refused && error.code === 'draft_stale' ? error.problem.draft : undefined;
      if (newer && sameAnswer(newer.annotations, annotations)) {
        // Our own, whose reply was lost.
        this.revision = newer.revision;
        this.#dirty = changedSince;
        if (!changedSince) this.state.value = 'server';
      } else if (newer && !this.#closed) {
        this.newer.value = newer;
      }
      // Otherwise the device has it, and the next change or the submit carries it on.
    }
  }
}
