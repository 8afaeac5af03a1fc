/**
 * Stands between the pages and the line. It keeps the shell (scripts, styles, the offline page), the page and the images
 * of tasks this device holds, beside which the page keeps the tasks themselves, and nothing else: what belongs to an
 * account is wiped with its sign-out. Where Background Sync exists it sends what closed pages left.
 */
import { Api } from '../transport/api';
import { sendOrphans } from '../transport/send-orphans';
import { openShelf } from '../transport/shelf';
import { lockName } from '../transport/tabs';

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}
/** The part of ServiceWorkerGlobalScope that is used here: its library and that of pages cannot be loaded together. */
interface Scope {
  /** Written in front of this script by the server: everything that is kept ahead, by address. */
  readonly SHELL: { readonly version: string; readonly offline: string; readonly files: readonly string[] };
  readonly registration: { readonly navigationPreload?: { enable(): Promise<void> } };
  readonly clients: { claim(): Promise<void> };
  readonly cookieStore?: { get(name: string): Promise<{ readonly value: string } | null> };
  addEventListener(type: 'install' | 'activate', listen: (event: Lasting) => void): void;
  addEventListener(type: 'fetch', listen: (event: Fetching) => void): void;
  addEventListener(type: 'sync', listen: (event: Lasting & { readonly tag: string }) => void): void;
}
const scope = self as unknown as Scope;

const { version, offline, files } = scope.SHELL;
const SHELL_CACHE = `shell-${version}`;
/** Of the account that works here; the pages wipe it at sign-out. */
const LEASED_CACHE = 'leased';
const MOST_LEASED = 60;
/** A lease lasts an hour at most, and the grace half an hour. */
const LEASED_MS = 90 * 60_000;

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('fetch', (event) => {
  const answer = answerTo(event);
  if (answer) event.respondWith(answer);
});
scope.addEventListener('sync', (event) => {
  if (event.tag === 'outbox') event.waitUntil(sendAll());
});

async function install(): Promise<void> {
  const cache = await caches.open(SHELL_CACHE);
  // Without cookies: what is kept for everybody must not be the page of somebody.
  const page = await fetch(offline, { credentials: 'omit', cache: 'reload' });
  if (!page.ok) throw new Error('no offline page');
  await cache.put(offline, page);
  // A file that does not come now is kept when it is first used.
  await Promise.allSettled(files.map((file) => cache.add(file)));
  // No haste: a page that is open asks the shell it came with for its later pieces, which the server may have no more.
  // The browser takes this script up when no page of the old one is left, and only then the old shell goes.
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith('shell-') && name !== SHELL_CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.registration.navigationPreload?.enable();
  await scope.clients.claim();
}

/** Null leaves the request to the browser, untouched. */
function answerTo(event: Fetching): Promise<Response> | null {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return null;
  if (request.mode === 'navigate' || isBench(pathname)) return page(event, pathname);
  if (pathname.startsWith('/static/')) return file(request, pathname);
  if (pathname.startsWith('/i/lease/')) return leasedImage(event);
  return null;
}

const isBench = (pathname: string): boolean => /^\/work\/pr_\w+\/$/.test(pathname);

/** The page of a project in work is kept, so that a reload without a line goes on with what is on this device. */
async function page(event: Fetching, pathname: string): Promise<Response> {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    if (isBench(pathname) && answer.ok && !answer.redirected) event.waitUntil(keepPage(pathname, answer.clone()));
    return answer;
  } catch (error) {
    const kept = isBench(pathname) ? await (await caches.open(LEASED_CACHE)).match(pathname) : undefined;
    const instead = kept ?? (await caches.match(offline));
    if (!instead) throw error;
    return instead;
  }
}

/** Without the tasks and the time it brought along: those were of that moment (app/device.ts keeps the tasks). */
async function keepPage(pathname: string, answer: Response): Promise<void> {
  const html = (await answer.text()).replace(
    /<link rel="preload" as="image"[^>]*>|<script id="leased"[^<]*<\/script>| data-now="\d+"/g,
    '',
  );
  await keepLeased(new Request(pathname), new Response(html, { headers: answer.headers }));
}

/** Names with a hash never change what they hold; others are asked for again while there is a line. */
async function file(request: Request, pathname: string): Promise<Response> {
  const cache = await caches.open(SHELL_CACHE);
  const kept = await cache.match(request);
  if (kept && /\.[0-9a-f]{12}\.\w+$|-[\w-]{8}\.\w+$/.test(pathname)) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.status === 200) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function leasedImage(event: Fetching): Promise<Response> {
  const kept = await (await caches.open(LEASED_CACHE)).match(event.request);
  if (kept) return kept;
  const answer = await fetch(event.request);
  if (answer.status === 200) event.waitUntil(keepLeased(event.request, answer.clone()));
  return answer;
}

async function keepLeased(request: Request, answer: Response): Promise<void> {
  const cache = await caches.open(LEASED_CACHE);
  await cache.put(request, answer);
  const all = await cache.keys();
  // In the order in which they came; the clock of the server dates them.
  for (const [index, each] of all.entries()) {
    // The page of a project has no time of its own, and without it nothing else is of use.
    if (isBench(new URL(each.url).pathname)) continue;
    const date = Date.parse((await cache.match(each))?.headers.get('Date') ?? '');
    const now = Date.parse(answer.headers.get('Date') ?? '');
    if (all.length - index > MOST_LEASED || now - date > LEASED_MS) await cache.delete(each);
  }
}

/** Rejects while something is left that a later try can send: the browser then comes back by itself. */
async function sendAll(): Promise<void> {
  const csrf = await Promise.all(['__Host-csrf', 'tagwork_csrf'].map((name) => scope.cookieStore?.get(name)));
  const token = csrf.find((cookie) => cookie)?.value ?? '';
  let isDone = true;
  for (const { name } of await indexedDB.databases()) {
    const worker = /^tagwork-(p_\w+)$/.exec(name ?? '')?.[1];
    if (!worker) continue;
    const api = new Api(undefined, undefined, worker, () => token);
    const done = await sendOrphans(await openShelf(worker), api, async (tab, act) => {
      await navigator.locks.request(lockName(tab), { ifAvailable: true }, (lock) => (lock ? act() : undefined));
    });
    isDone &&= done;
  }
  if (!isDone) throw new Error('not everything is sent');
}
