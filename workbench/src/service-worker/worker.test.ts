/** What the service worker keeps when the house has changed; the browser's part is played by its events and caches. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const HOUSE = 'http://house.test';
const OFFLINE = '/offline/';
const OLD = '/static/workbench/assets/bench-aaaaaaaa.js';
const NEW = '/static/workbench/assets/bench-bbbbbbbb.js';
const LATER = '/static/workbench/assets/regions-aaaaaaaa.js';

const address = (of: RequestInfo | URL): string => new URL(of instanceof Request ? of.url : String(of), HOUSE).href;

class Kept {
  readonly #answers = new Map<string, Response>();
  async put(of: RequestInfo, answer: Response): Promise<void> {
    this.#answers.set(address(of), answer);
  }
  async match(of: RequestInfo): Promise<Response | undefined> {
    return this.#answers.get(address(of))?.clone();
  }
  async add(of: RequestInfo): Promise<void> {
    const answer = await fetch(of);
    if (!answer.ok) throw new TypeError('not ok');
    await this.put(of, answer);
  }
}

let kept: Map<string, Kept>;
/** What the server has now, by path; null when the line is cut. */
let served: Record<string, string> | null;

beforeEach(() => {
  kept = new Map();
  served = { [OFFLINE]: 'no line', [OLD]: 'the old bench', [LATER]: 'its list' };
  vi.stubGlobal('location', new URL(HOUSE));
  vi.stubGlobal('caches', {
    open: async (name: string) => {
      const cache = kept.get(name) ?? new Kept();
      kept.set(name, cache);
      return cache;
    },
    keys: async () => [...kept.keys()],
    delete: async (name: string) => kept.delete(name),
    match: async (of: RequestInfo) => {
      for (const cache of kept.values()) {
        const found = await cache.match(of);
        if (found) return found;
      }
      return undefined;
    },
  });
  vi.stubGlobal('fetch', async (of: RequestInfo) => {
    if (served === null) throw new TypeError('cut');
    const text = served[new URL(address(of)).pathname];
    return new Response(text ?? 'gone', { status: text === undefined ? 404 : 200 });
  });
});
afterEach(() => vi.unstubAllGlobals());

/** A service worker as the server wrote it for one state of the house. */
async function worker(version: string, files: readonly string[]) {
  const listeners = new Map<string, (event: object) => void>();
  const claim = vi.fn(async () => undefined);
  const skipWaiting = vi.fn();
  vi.resetModules();
  vi.stubGlobal('self', {
    SHELL: { version, offline: OFFLINE, files },
    registration: {},
    clients: { claim },
    skipWaiting,
    addEventListener: (type: string, listen: (event: object) => void) => listeners.set(type, listen),
  });
  await import('./worker');
  const lasting = async (type: 'install' | 'activate') => {
    let work: Promise<unknown> = Promise.resolve();
    listeners.get(type)!({
      waitUntil: (given: Promise<unknown>) => {
        work = given;
      },
    });
    await work;
  };
  /** What a page that this worker serves is given; null where the request is left to the browser. */
  const answers = async (path: string, mode = 'cors'): Promise<string | null> => {
    let answer: Promise<Response> | null = null;
    listeners.get('fetch')!({
      // No page can make a request that navigates.
      request: mode === 'cors' ? new Request(HOUSE + path) : { url: HOUSE + path, method: 'GET', mode },
      preloadResponse: Promise.resolve(undefined),
      waitUntil: () => undefined,
      respondWith: (given: Promise<Response>) => {
        answer = given;
      },
    });
    return answer && (await (answer as Promise<Response>)).text();
  };
  return { install: () => lasting('install'), activate: () => lasting('activate'), answers, claim, skipWaiting };
}

it('a page that is open keeps the shell it came with across an update, until the new one takes over', async () => {
  const before = await worker('1', [OLD, LATER]);
  await before.install();
  await before.activate();
  // The house is put up anew: the old files are gone from the server.
  served = { [OFFLINE]: 'no line', [NEW]: 'the new bench' };
  const after = await worker('2', [NEW]);
  await after.install();
  expect(after.skipWaiting).not.toHaveBeenCalled();
  expect(after.claim).not.toHaveBeenCalled();
  expect([...kept.keys()]).toEqual(['shell-1', 'shell-2']);
  expect(await before.answers(OLD)).toBe('the old bench');
  expect(await before.answers(LATER), 'a piece that the page first asks for after the update').toBe('its list');

  // Its last page is closed.
  await (await caches.open('leased')).put(`${HOUSE}/i/lease/1`, new Response('an image'));
  await after.activate();
  expect([...kept.keys()], 'the tasks one holds stay').toEqual(['shell-2', 'leased']);
  expect(after.claim).toHaveBeenCalledOnce();
  served = null;
  expect(await after.answers(NEW)).toBe('the new bench');
});

it('a new shell without its offline page is not installed, and the old one stays whole', async () => {
  const before = await worker('1', [OLD, LATER]);
  await before.install();
  served = { [NEW]: 'the new bench' };
  const after = await worker('2', [NEW]);
  await expect(after.install()).rejects.toThrow('no offline page');
  served = null;
  expect(await before.answers(OLD)).toBe('the old bench');
});

it('a file that does not come with the shell is kept when it is first used', async () => {
  served = { [OFFLINE]: 'no line', [OLD]: 'the old bench' };
  const now = await worker('1', [OLD, LATER]);
  await now.install();
  served = { ...served, [LATER]: 'its list' };
  expect(await now.answers(LATER)).toBe('its list');
  served = null;
  expect(await now.answers(LATER)).toBe('its list');
});

it('without a line a page is the offline page, and what belongs to nobody else is left to the browser', async () => {
  const now = await worker('1', []);
  await now.install();
  served = null;
  expect(await now.answers('/projects/', 'navigate')).toBe('no line');
  expect(await now.answers('/api/v1/me')).toBeNull();
});
