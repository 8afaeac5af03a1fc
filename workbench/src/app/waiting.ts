/** What waits in the stores of this device: read, sent, saved as a file, and wiped when nothing is in them. */
import { signal } from '@preact/signals';
import { Api } from '../transport/api';
import { sendOrphans } from '../transport/send-orphans';
import { openShelf, type Parcel, type Shelf, shelfName } from '../transport/shelf';
import type { WaitingDesk, WaitingStore } from '../ui/waiting-desk';
import { forgetTasks } from './device';
import { saveAsFile } from './save-file';

const ASK_AGAIN_MS = 10_000;

/** Accounts with a store on this device. */
export async function accountsHere(): Promise<string[]> {
  const names = (await indexedDB.databases?.().catch(() => [])) ?? [];
  return names.flatMap(({ name }) => /^tagwork-(p_\w+)$/.exec(name ?? '')?.[1] ?? []);
}

/** Removes the store of an account when nothing is in it that the server lacks. False when something is. */
export async function wipeIfEmpty(account: string): Promise<boolean> {
  const shelf = await openShelf(account);
  // Nobody can say what is in a store that does not open.
  if (!shelf.durable) return false;
  if (!isEmpty(await shelf.parcels(), await dirtyDrafts(shelf))) return false;
  await forgetTasks();
  // Other pages of this account step aside by themselves (`onversionchange`).
  await new Promise<void>((done) => {
    const request = indexedDB.deleteDatabase(shelfName(account));
    request.onsuccess = request.onerror = request.onblocked = () => done();
  });
  return true;
}

const isEmpty = (parcels: readonly Parcel[], drafts: number): boolean => parcels.length === 0 && drafts === 0;
const dirtyDrafts = async (shelf: Shelf): Promise<number> => (await shelf.drafts()).filter(({ dirty }) => dirty).length;

export class WaitingSession implements WaitingDesk {
  readonly stores = signal<readonly WaitingStore[] | null>(null);
  readonly online = signal<boolean | null>(navigator.onLine ? null : false);
  readonly sending = signal(false);
  readonly left = signal<'some' | 'signed_out' | null>(null);
  #askAgain: ReturnType<typeof setTimeout> | undefined;

  /** `mine`: the account whose answers are listed one by one; `others`: whether those of others are counted too. */
  constructor(
    private readonly mine: string | null,
    private readonly others: boolean,
  ) {
    window.addEventListener('online', () => void this.#ask());
    window.addEventListener('offline', () => {
      this.online.value = false;
    });
  }

  async look(): Promise<void> {
    void this.#ask();
    const found: WaitingStore[] = [];
    for (const account of await this.#accounts()) {
      const shelf = await openShelf(account);
      const [answers, drafts] = [await shelf.parcels(), await dirtyDrafts(shelf)];
      const isClosed = !shelf.durable;
      if (isClosed || !isEmpty(answers, drafts)) {
        found.push({ isMine: account === this.mine, isClosed, answers, drafts });
      }
    }
    this.stores.value = found;
  }

  /** Those of one's own account only: others have to sign in themselves. A repeat does no harm, so no lock is asked for. */
  async send(): Promise<void> {
    if (!this.mine || this.sending.value) return;
    this.sending.value = true;
    let isSignedOut = false;
    const api = new Api(
      undefined,
      async (...call) => {
        const answer = await fetch(...call);
        isSignedOut ||= answer.status === 401;
        return answer;
      },
      this.mine,
    );
    const shelf = await openShelf(this.mine);
    await this.#sendDrafts(shelf, api);
    await sendOrphans(shelf, api, (_tab, act) => act());
    await this.look();
    this.sending.value = false;
    this.left.value = isSignedOut ? 'signed_out' : this.stores.value?.some(({ isMine }) => isMine) ? 'some' : null;
  }

  async save(): Promise<void> {
    const content = [];
    for (const account of await this.#accounts()) {
      if (account !== this.mine) continue;
      const shelf = await openShelf(account);
      content.push({ account, answers: await shelf.parcels(), drafts: await shelf.drafts() });
    }
    saveAsFile(content);
  }

  /** A device with a network may still not reach the server: the offline page stands where a page did not come. */
  async #ask(): Promise<void> {
    clearTimeout(this.#askAgain);
    const asked = navigator.onLine && fetch('/healthz', { cache: 'no-store' });
    this.online.value = await Promise.resolve(asked).then(
      (answer) => !!answer,
      () => false,
    );
    clearTimeout(this.#askAgain);
    if (!this.online.value) this.#askAgain = setTimeout(() => void this.#ask(), ASK_AGAIN_MS);
  }

  async #sendDrafts(shelf: Shelf, api: Api): Promise<void> {
    for (const draft of await shelf.drafts()) {
      if (!draft.dirty) continue;
      const { assignment, annotations } = draft;
      const revision = draft.revision + 1;
      const path = `/work/assignments/${assignment}/draft`;
      const sent = await api.send(path, { method: 'PUT', body: { revision, annotations } }).then(
        () => true,
        () => false,
      );
      if (sent) await shelf.keepDraft({ ...draft, revision, dirty: false, version: draft.version + 1 });
    }
  }

  async #accounts(): Promise<readonly string[]> {
    const here = await accountsHere();
    return this.others ? here : here.filter((account) => account === this.mine);
  }
}
