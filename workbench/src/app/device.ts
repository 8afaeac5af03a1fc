/** What this device can do for answers that wait, where it can: loaded after the first image, and nothing depends on it. */
import type { Assignment } from '../wire';

interface SyncRegistration extends ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

/** The name of the service worker's cache for the tasks of the account that works here. */
export const LEASED_CACHE = 'leased';
/** The account that worked here last, in localStorage. */
export const ACCOUNT_KEY = 'tagwork.worker';
const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;

let settled = false;

/** Once a page. What another account left in the cache is removed before ours goes in. */
export async function settleIn(worker: string): Promise<void> {
  if (settled) return;
  settled = true;
  try {
    if (localStorage.getItem(ACCOUNT_KEY) !== worker) await globalThis.caches?.delete(LEASED_CACHE);
    localStorage.setItem(ACCOUNT_KEY, worker);
    await workers?.register('/service-worker.js');
  } catch {
    // A private window, or an address that is not secure: the page works without.
  }
}

const images = new Map<string, readonly string[]>();

/** An answer waits: ask the browser to keep our store when space runs out, and to wake us when the line is back. */
export async function answerWaits({ id, images: pictures }: Assignment): Promise<void> {
  images.set(
    id,
    pictures.flatMap(({ sources }) => sources.map(({ url }) => url)),
  );
  try {
    await navigator.storage?.persist?.();
    const registration = (await workers?.getRegistration()) as SyncRegistration | undefined;
    await registration?.sync?.register('outbox');
  } catch {
    // Not every browser has it, and a person may have refused: the next visit sends.
  }
}

/** It arrived: the images of this task leave the device. */
export async function answerArrived(assignment: string): Promise<void> {
  const cache = await globalThis.caches?.open(LEASED_CACHE).catch(() => undefined);
  await Promise.all((images.get(assignment) ?? []).map((url) => cache?.delete(url)));
  images.delete(assignment);
}
