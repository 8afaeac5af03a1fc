import { forceCloseDatabase, IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type KeptDraft, openShelf, shelfName } from './shelf';

const draft: KeptDraft = {
  assignment: 'a_1',
  annotations: [],
  history: null,
  revision: 0,
  dirty: true,
  activeSeconds: 1,
  nothing: false,
  version: 1,
  other: null,
};

/** Connections that were opened, in order. */
let opened: IDBDatabase[];

beforeEach(() => {
  const storage = new IDBFactory();
  opened = [];
  vi.stubGlobal('indexedDB', {
    open: (name: string, version?: number) => {
      const request = storage.open(name, version);
      request.addEventListener('success', () => opened.push(request.result));
      return request;
    },
    deleteDatabase: (name: string) => storage.deleteDatabase(name),
  });
});
afterEach(() => vi.unstubAllGlobals());

it('goes on when the browser has closed the connection', async () => {
  const shelf = await openShelf('p_1');
  await shelf.keepDraft(draft);
  forceCloseDatabase(opened[0] as never);
  expect(await shelf.draft('a_1')).toEqual(draft);
  expect(opened).toHaveLength(2);
});

const elsewhere = (request: IDBOpenDBRequest) =>
  new Promise<IDBDatabase>((done) => {
    request.onsuccess = () => done(request.result);
  });

it('steps aside when the store is wiped at sign-out, and makes it anew for what is drawn or answered since', async () => {
  const shelf = await openShelf('p_1');
  await elsewhere(indexedDB.deleteDatabase(shelfName('p_1')));
  expect(opened).toHaveLength(1);
  await shelf.keepDraft(draft);
  expect(opened).toHaveLength(2);
  expect(await shelf.draft('a_1')).toEqual(draft);
});

it('steps aside for good for a later version of the page', async () => {
  const shelf = await openShelf('p_1');
  await elsewhere(indexedDB.open(shelfName('p_1'), 3));
  await expect(shelf.keepDraft(draft)).rejects.toThrow();
});
