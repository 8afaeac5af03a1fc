/**
 * What this device keeps for one worker: drafts and answers that have not reached the server. IndexedDB where it works,
 * memory where it does not (private windows), so that the page behaves the same and only the promise is smaller.
 */
import type { Annotation } from '../model/annotation';
import type { ProblemBody } from '../wire';

export interface KeptDraft {
  readonly assignment: string;
  readonly annotations: readonly Annotation[];
  /** The editor's undo history, opaque here. */
  readonly history: unknown;
  /** Revision of the server's draft this one grew from. */
  readonly revision: number;
  /** True until the server has exactly this. */
  readonly dirty: boolean;
  readonly activeSeconds: number;
  readonly nothing: boolean;
}

export type Sending = 'submit' | 'skip' | 'flag';

export interface Parcel {
  /** UUID; also the Idempotency-Key, so that it is fixed before the first attempt. */
  readonly key: string;
  readonly assignment: string;
  readonly project: string;
  readonly kind: Sending;
  readonly body: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly attempts: number;
  /** Not before this local time, in ms: the undo window, then the back-off. */
  readonly notBefore: number;
  /** Set when only a person can help; the parcel is kept. */
  readonly problem: ProblemBody | null;
}

export interface Shelf {
  /** False when nothing survives the tab. */
  readonly durable: boolean;
  draft(assignment: string): Promise<KeptDraft | null>;
  /** Assignments with a draft here. */
  draftIds(): Promise<string[]>;
  keepDraft(draft: KeptDraft): Promise<void>;
  dropDraft(assignment: string): Promise<void>;
  parcels(): Promise<Parcel[]>;
  /** Puts the parcel and removes the draft of its assignment in one transaction: never neither, never both. */
  pack(parcel: Parcel): Promise<void>;
  /** The way back: the draft returns and the parcel goes, in one transaction. */
  unpack(key: string, draft: KeptDraft): Promise<void>;
  change(parcel: Parcel): Promise<void>;
  drop(key: string): Promise<void>;
}

export async function openShelf(worker: string): Promise<Shelf> {
  try {
    return new DiskShelf(await open(`tagwork-${worker}`));
  } catch {
    return new MemoryShelf();
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('drafts', { keyPath: 'assignment' });
      request.result.createObjectStore('parcels', { keyPath: 'key' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}

class DiskShelf implements Shelf {
  readonly durable = true;
  constructor(private readonly database: IDBDatabase) {
    // A later version of the page wants to upgrade: step aside, the data stays.
    database.onversionchange = () => database.close();
  }

  async draft(assignment: string): Promise<KeptDraft | null> {
    return ((await this.#read('drafts', (store) => store.get(assignment))) as KeptDraft | undefined) ?? null;
  }
  async draftIds(): Promise<string[]> {
    return (await this.#read('drafts', (store) => store.getAllKeys())) as string[];
  }
  keepDraft(draft: KeptDraft): Promise<void> {
    return this.#write(['drafts'], (of) => of('drafts').put(draft));
  }
  dropDraft(assignment: string): Promise<void> {
    return this.#write(['drafts'], (of) => of('drafts').delete(assignment));
  }
  async parcels(): Promise<Parcel[]> {
    const all = (await this.#read('parcels', (store) => store.getAll())) as Parcel[];
    return all.sort((a, b) => a.createdAt - b.createdAt);
  }
  pack(parcel: Parcel): Promise<void> {
    return this.#write(['drafts', 'parcels'], (of) => {
      of('parcels').put(parcel);
      of('drafts').delete(parcel.assignment);
    });
  }
  unpack(key: string, draft: KeptDraft): Promise<void> {
    return this.#write(['drafts', 'parcels'], (of) => {
      of('drafts').put(draft);
      of('parcels').delete(key);
    });
  }
  change(parcel: Parcel): Promise<void> {
    return this.#write(['parcels'], (of) => of('parcels').put(parcel));
  }
  drop(key: string): Promise<void> {
    return this.#write(['parcels'], (of) => of('parcels').delete(key));
  }

  #read(name: string, ask: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const request = ask(this.database.transaction(name, 'readonly').objectStore(name));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  /** Resolves when the transaction is on disk (strict durability), not when it was accepted. */
  #write(names: string[], act: (of: (name: string) => IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(names, 'readwrite', { durability: 'strict' });
      transaction.oncomplete = () => resolve();
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      act((name) => transaction.objectStore(name));
    });
  }
}

export class MemoryShelf implements Shelf {
  readonly durable = false;
  readonly #drafts = new Map<string, KeptDraft>();
  readonly #parcels = new Map<string, Parcel>();

  async draft(assignment: string): Promise<KeptDraft | null> {
    return this.#drafts.get(assignment) ?? null;
  }
  async draftIds(): Promise<string[]> {
    return [...this.#drafts.keys()];
  }
  async keepDraft(draft: KeptDraft): Promise<void> {
    this.#drafts.set(draft.assignment, draft);
  }
  async dropDraft(assignment: string): Promise<void> {
    this.#drafts.delete(assignment);
  }
  async parcels(): Promise<Parcel[]> {
    return [...this.#parcels.values()].sort((a, b) => a.createdAt - b.createdAt);
  }
  async pack(parcel: Parcel): Promise<void> {
    this.#parcels.set(parcel.key, parcel);
    this.#drafts.delete(parcel.assignment);
  }
  async unpack(key: string, draft: KeptDraft): Promise<void> {
    this.#parcels.delete(key);
    this.#drafts.set(draft.assignment, draft);
  }
  async change(parcel: Parcel): Promise<void> {
    this.#parcels.set(parcel.key, parcel);
  }
  async drop(key: string): Promise<void> {
    this.#parcels.delete(key);
  }
}
