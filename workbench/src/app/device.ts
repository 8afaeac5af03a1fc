/** What this device can do for answers that wait, where it can: loaded after the first image, and nothing depends on it. */
import { Unreachable } from '../transport/api';
import { GRACE_MS } from '../transport/shelf';
import type { Assignment } from '../wire';

interface SyncRegistration extends ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> };
}

/** The service worker's cache for the tasks of the account that works here; absent on an address that is not secure. */
const LEASED_CACHE = 'leased';
const leased = (): Promise<Cache> | undefined => globalThis.caches?.open(LEASED_CACHE);

/** At sign-out, or when another account works here. */
export const forgetTasks = async (): Promise<unknown> => globalThis.caches?.delete(LEASED_CACHE);

/** The account that worked here last, in localStorage. */
export const ACCOUNT_KEY = 'tagwork.worker';
const workers = globalThis.navigator?.serviceWorker as ServiceWorkerContainer | undefined;

/** When the server took an answer from this browser last, by its clock in ms; NaN when that is long ago. */
export const lastAnswered = (): number => Number(/tagwork_answered=(\d+)/.exec(globalThis.document?.cookie ?? '')?.[1]);

let movedIn: Promise<void> | null = null;

/** The tasks that are held go into the cache, with the server's word on when each lease ends (`now` is its clock too). */
export async function settleIn(
  worker: string,
  held: readonly Assignment[],
  leases: ReadonlyMap<string, number>,
  now: number,
): Promise<void> {
  movedIn ??= moveIn(worker);
  await movedIn;
  for (const task of held) await keepTask(task, leases.get(task.id) ?? 0, now);
}

/** Once a page. What another account left in the cache is removed before ours goes in. */
async function moveIn(worker: string): Promise<void> {
  try {
    if (localStorage.getItem(ACCOUNT_KEY) !== worker) await forgetTasks();
    localStorage.setItem(ACCOUNT_KEY, worker);
    if (workers && !workers.controller) workers.addEventListener('controllerchange', keepThisVisit, { once: true });
    await workers?.register('/service-worker.js');
  } catch {
    // A private window, or an address that is not secure: the page works without.
  }
}

/** What came before the service worker did, asked for once more through it: so the first visit is kept as well. */
function keepThisVisit(): void {
  const came = performance.getEntriesByType('resource').map(({ name }) => name);
  const pictures = came.filter((name) => new URL(name).pathname.startsWith('/i/lease/'));
  for (const address of [location.pathname, ...pictures]) fetch(address).catch(() => undefined);
}

const taskAddress = (project: string, id = ''): string => `/work/${project}/tasks/${id}`;

interface KeptTask {
  readonly task: Assignment;
  /** When it is of no use any more, by this device's own clock: without a line there is no other. */
  readonly until: number;
}

/** When each task of this page was written to be over. */
const written = new Map<string, number>();

/** A task one holds, beside its image: a reload without a line goes on with it. */
async function keepTask(task: Assignment, leaseEnds: number, now: number): Promise<void> {
  if (written.get(task.id) === leaseEnds || !globalThis.caches) return;
  written.set(task.id, leaseEnds);
  const lease_expires_at = new Date(leaseEnds).toISOString();
  const kept: KeptTask = { task: { ...task, lease_expires_at }, until: Date.now() + leaseEnds - now + GRACE_MS };
  // Dated as an answer of the server, since the service worker tidies by that.
  const answer = new Response(JSON.stringify(kept), { headers: { Date: new Date(now).toUTCString() } });
  await (await leased())!.put(taskAddress(task.project_id, task.id), answer);
}

/** The server cannot be reached: tasks of this project that were kept, the longest held first. Throws `why` without any. */
export async function keptInstead(project: string, why: unknown): Promise<readonly Assignment[]> {
  if (!(why instanceof Unreachable)) throw why;
  const cache = await leased();
  const found: KeptTask[] = [];
  for (const request of (await cache?.keys()) ?? []) {
    if (!new URL(request.url).pathname.startsWith(taskAddress(project))) continue;
    found.push((await (await cache!.match(request))!.json()) as KeptTask);
  }
  const live = found.filter(({ until }) => Date.now() < until).sort((a, b) => a.until - b.until);
  if (live.length === 0) throw why;
  return live.map(({ task }) => task);
}

const REST_MS = 300;
const images = new Map<string, readonly string[]>();

let lasting: Promise<unknown> | undefined;

/** An answer waits: ask the browser to keep our store when space runs out, and to wake us when the line is back. */
export async function answerWaits({ id, images: pictures }: Assignment): Promise<void> {
  images.set(
    id,
    pictures.flatMap(({ sources }) => sources.map(({ url }) => url)),
  );
  try {
    // Not before the next image is on the screen, and nothing is to be won here by being quick.
    await new Promise((rested) => setTimeout(rested, REST_MS));
    lasting ??= navigator.storage?.persist?.();
    await lasting;
    const registration = (await workers?.getRegistration()) as SyncRegistration | undefined;
    await registration?.sync?.register('outbox');
  } catch {
    // Not every browser has it, and a person may have refused: the next visit sends.
  }
}

/** It arrived: the images of this task leave the device. */
export async function answerArrived(project: string, assignment: string): Promise<void> {
  const cache = await leased()?.catch(() => undefined);
  const over = [taskAddress(project, assignment), ...(images.get(assignment) ?? [])];
  await Promise.all(over.map((address) => cache?.delete(address)));
  images.delete(assignment);
}
