import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openShelf } from '../transport/shelf';
import { WaitingSession, wipeIfEmpty } from './waiting';

let storage: IDBFactory;
const blocked = () => {
  const request = { onblocked: () => {} } as unknown as IDBOpenDBRequest;
  setTimeout(() => request.onblocked!({} as IDBVersionChangeEvent), 0);
  return request;
};

beforeEach(() => {
  storage = new IDBFactory();
  vi.stubGlobal('indexedDB', storage);
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('window', { addEventListener: () => {} });
});
afterEach(() => vi.unstubAllGlobals());

const names = async () => (await storage.databases()).map(({ name }) => name);

it('wipes a store that is empty', async () => {
  await openShelf('p_1');
  expect(await wipeIfEmpty('p_1')).toBe(true);
  expect(await names()).toEqual([]);
});

it('says that one is connected when the server has answered, not when the device has some network', async () => {
  vi.useFakeTimers();
  const answers = [Promise.reject(new TypeError('cut')), Promise.resolve(new Response('{}'))];
  vi.stubGlobal('fetch', () => answers.shift());
  const session = new WaitingSession('p_1', false);
  expect(session.online.value).toBe(null);
  void session.look();
  await vi.advanceTimersByTimeAsync(0);
  expect(session.online.value).toBe(false);
  // It asks again by itself.
  await vi.advanceTimersByTimeAsync(10_000);
  expect(session.online.value).toBe(true);
  vi.useRealTimers();
});

it('never wipes a store that does not open, and says that nobody can look into it', async () => {
  await openShelf('p_1');
  vi.stubGlobal('indexedDB', {
    open: blocked,
    databases: () => storage.databases(),
    deleteDatabase: (name: string) => storage.deleteDatabase(name),
  });
  expect(await wipeIfEmpty('p_1')).toBe(false);
  expect(await names()).toEqual(['tagwork-p_1']);
  const session = new WaitingSession('p_1', false);
  await session.look();
  expect(session.stores.value).toMatchObject([{ isMine: true, isClosed: true }]);
});
