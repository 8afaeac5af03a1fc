/**
 * What this device keeps for one worker: drafts and answers that have not reached the server. IndexedDB where it works,
 * memory where it does not (private windows), so that the page behaves the same and only the promise is smaller.
 *
 * Every rule between two tabs is decided inside one transaction here: a draft is not written over one that its writer
 * has not seen, and a task is packed once.
 */
import type { Annotation } from '../model/annotation';
import type { ProblemBody } from '../wire';
import { type Folded, folded, unfolded } from './folded';
import { MemoryShelf } from './memory-shelf';

/** A late answer counts for this long, in ms (the server's setting may be less: it has the last word). */
export const GRACE_MS = 30 * 60_000;

export interface KeptDraft {
  readonly assignment: string;
  /** Where it belongs, and until when by the server's clock it may still be sent; older ones do not say. */
  readonly project?: string;
  readonly until?: number;
  readonly annotations: readonly Annotation[];
  /** The editor's undo history, opaque here. */
  readonly history: unknown;
  /** Revision of the server's draft this one grew from. */
  readonly revision: number;
  /** True until the server has exactly this. */
  readonly dirty: boolean;
  readonly activeSeconds: number;
  readonly nothing: boolean;
  /** Counts the writes on this device; 0 was never written. */
  readonly version: number;
  /** The other one of two drafts, when the person chose this one: kept until the answer has arrived. */
  readonly other: readonly Annotation[] | null;
}

export type Sending = 'submit' | 'skip' | 'flag';

export interface Parcel {
  /** UUID; also the Idempotency-Key, so that it is fixed before the first attempt. */
  readonly key: string;
  readonly assignment: string;
  readonly project: string;
  readonly kind: Sending;
  readonly body: Readonly<Record<string, unknown>>;
  /** Server time, ms since 1970. */
  readonly createdAt: number;
  readonly attempts: number;
  /** The open page that sends it; when that page is gone, another one takes it over. */
  readonly tab: string;
  /** The answer as it stood, so that a refused one opens again with its history. */
  readonly draft: KeptDraft | null;
  /** What it pays if all of it is accepted; 0 for a skip. */
  readonly earnsMicros: number;
  /** Set when only a person can help; the parcel is kept. */
  readonly problem: ProblemBody | null;
}

/** `packed`: the task was answered in another tab. A draft: written there, and not seen by who writes now. */
export type Conflict = KeptDraft | 'packed' | null;

export interface Shelf {
  /** False when nothing survives the tab. */
  readonly durable: boolean;
  draft(assignment: string): Promise<KeptDraft | null>;
  drafts(): Promise<KeptDraft[]>;
  /** Assignments with a draft here. */
  draftIds(): Promise<string[]>;
  /** Writes a draft whose `version` is one above the one on the shelf; else says what stands in the way. */
  keepDraft(draft: KeptDraft): Promise<Conflict>;
  dropDraft(assignment: string): Promise<void>;
  /** In order of answering. */
  parcels(): Promise<Parcel[]>;
  /**
   * Puts the parcel and removes the draft of its assignment in one transaction: never neither, never both. False when
   * another parcel of this assignment is here: two tabs answered it, and the first one counts.
   */
  pack(parcel: Parcel): Promise<boolean>;
  /** The way back, in one transaction: the draft returns and the parcel goes. False when the parcel has gone already. */
  unpack(key: string, draft: KeptDraft): Promise<boolean>;
  /** Nothing when the parcel has gone. */
  change(parcel: Parcel): Promise<void>;
  /** Takes over what a page that is gone was to send. */
  adopt(from: string, to: string): Promise<Parcel[]>;
  drop(key: string): Promise<void>;
}

export const shelfName = (worker: string): string => `tagwork-${worker}`;

export async function openShelf(worker: string): Promise<Shelf> {
  try {
    return new DiskShelf(shelfName(worker), await open(shelfName(worker)));
  } catch {
    return new MemoryShelf();
  }
}

/** 3: drafts lie there as text, which an earlier page would not understand: it steps aside. */
const VERSION = 3;

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      const database = request.result;
      // By what is there and not by number: whoever looked into a store before it was made has made it, empty.
      if (!database.objectStoreNames.contains('parcels')) {
        database.createObjectStore('drafts', { keyPath: 'assignment' });
        database.createObjectStore('parcels', { keyPath: 'key' });
      }
      const parcels = request.transaction!.objectStore('parcels');
      if (!parcels.indexNames.contains('assignment')) parcels.createIndex('assignment', 'assignment');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}

/** True when `draft` may take the place of what is kept: its writer saw that, or there is nothing. */
export const follows = (kept: Pick<KeptDraft, 'version'> | undefined, draft: KeptDraft): boolean =>
  !kept || kept.version < draft.version;

export const inOrder = (parcels: readonly Parcel[]): Parcel[] =>
  [...parcels].sort((a, b) => a.createdAt - b.createdAt || (a.key < b.key ? -1 : 1));

type Lying = Folded | KeptDraft | undefined;
type Act<Answer> = (of: Stores, answer: (value: Answer) => void) => void;
type Stores = (name: 'drafts' | 'parcels') => IDBObjectStore;

class DiskShelf implements Shelf {
  readonly durable = true;
  constructor(
    private readonly name: string,
    private database: IDBDatabase,
  ) {
    this.#heed();
  }

  /** A later version of the page wants to upgrade, or the store is wiped at sign-out: step aside. */
  #heed(): void {
    this.database.onversionchange = () => this.database.close();
  }

  draft(assignment: string): Promise<KeptDraft | null> {
    return this.#act<KeptDraft | null>((of, answer) => {
      ask<Lying>(of('drafts').get(assignment), (found) => answer(found ? unfolded(found) : null));
    }, 'readonly');
  }
  drafts(): Promise<KeptDraft[]> {
    return this.#act<KeptDraft[]>((of, answer) => {
      ask<NonNullable<Lying>[]>(of('drafts').getAll(), (found) => answer(found.map(unfolded)));
    }, 'readonly');
  }
  draftIds(): Promise<string[]> {
    return this.#act<string[]>((of, answer) => ask(of('drafts').getAllKeys() as IDBRequest, answer), 'readonly');
  }
  keepDraft(draft: KeptDraft): Promise<Conflict> {
    return this.#act<Conflict>((of, answer) => {
      packed(of, draft.assignment, (isPacked) => {
        if (isPacked) return answer('packed');
        ask<Lying>(of('drafts').get(draft.assignment), (kept) => {
          if (kept && !follows(kept, draft)) return answer(unfolded(kept));
          of('drafts').put(folded(draft));
          answer(null);
        });
      });
    });
  }
  dropDraft(assignment: string): Promise<void> {
    return this.#act<void>((of, answer) => ask(of('drafts').delete(assignment), answer));
  }
  async parcels(): Promise<Parcel[]> {
    return inOrder(await this.#act<Parcel[]>((of, answer) => ask(of('parcels').getAll(), answer), 'readonly'));
  }
  pack(parcel: Parcel): Promise<boolean> {
    return this.#act<boolean>((of, answer) => {
      packed(of, parcel.assignment, (isPacked) => {
        if (!isPacked) {
          of('parcels').put(parcel);
          of('drafts').delete(parcel.assignment);
        }
        answer(!isPacked);
      });
    });
  }
  unpack(key: string, draft: KeptDraft): Promise<boolean> {
    return this.#act<boolean>((of, answer) => {
      ask<string | undefined>(of('parcels').getKey(key) as IDBRequest, (found) => {
        if (found !== undefined) {
          of('parcels').delete(key);
          of('drafts').put(folded(draft));
        }
        answer(found !== undefined);
      });
    });
  }
  change(parcel: Parcel): Promise<void> {
    return this.#act<void>((of, answer) => {
      ask<string | undefined>(of('parcels').getKey(parcel.key) as IDBRequest, (found) => {
        if (found !== undefined) of('parcels').put(parcel);
        answer();
      });
    });
  }
  adopt(from: string, to: string): Promise<Parcel[]> {
    return this.#act<Parcel[]>((of, answer) => {
      ask<Parcel[]>(of('parcels').getAll(), (parcels) => {
        const left = parcels.filter(({ tab }) => tab === from).map((parcel) => ({ ...parcel, tab: to }));
        for (const parcel of left) of('parcels').put(parcel);
        answer(inOrder(left));
      });
    });
  }
  drop(key: string): Promise<void> {
    return this.#act<void>((of, answer) => ask(of('parcels').delete(key), answer));
  }

  /**
   * A connection that is closed (a store that was cleared, a disk that failed) is opened once more. So who signs out in
   * one tab and draws on in another makes the store anew: what they do there waits until they sign in. A page that is
   * older than the store is refused here.
   */
  async #act<Answer>(act: Act<Answer>, mode: IDBTransactionMode = 'readwrite'): Promise<Answer> {
    try {
      return await this.#once(act, mode);
    } catch (error) {
      // Thrown before anything is done; what fails later is aborted as a whole and not ours to repeat.
      if ((error as DOMException | null)?.name !== 'InvalidStateError') throw error;
    }
    this.database = await open(this.name);
    this.#heed();
    return this.#once(act, mode);
  }

  /** Resolves when the transaction is on disk (strict durability), not when it was accepted. */
  #once<Answer>(act: Act<Answer>, mode: IDBTransactionMode): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let value: Answer;
      const transaction = this.database.transaction(['drafts', 'parcels'], mode, { durability: 'strict' });
      transaction.oncomplete = () => resolve(value);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      act(
        (name) => transaction.objectStore(name),
        (given) => {
          value = given;
        },
      );
    });
  }
}

function ask<Value>(request: IDBRequest, then: (value: Value) => void): void {
  request.onsuccess = () => then(request.result);
}

/** By the index, so that no waiting answer with all its history is read for each stroke. */
const packed = (of: Stores, assignment: string, then: (isPacked: boolean) => void): void =>
  ask<unknown>(of('parcels').index('assignment').getKey(assignment), (key) => then(key !== undefined));
