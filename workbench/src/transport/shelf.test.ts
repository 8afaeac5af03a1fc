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
  await elsewhere(indexedDB.open(shelfName('p_1'), 4));
  await expect(shelf.keepDraft(draft)).rejects.toThrow();
});

it('opens what an earlier version of the page left as it is, and goes on with it', async () => {
  const left: KeptDraft = {
    ...draft,
    annotations: [{ id: '1', kind: 'box', label: 'car', box: [1, 2, 3, 4] }],
    history: { past: [] },
  };
  const request = indexedDB.open(shelfName('p_1'), 2);
  request.onupgradeneeded = () => {
    const database = request.result;
    database.createObjectStore('drafts', { keyPath: 'assignment' }).put(left);
    const parcels = database.createObjectStore('parcels', { keyPath: 'key' });
    parcels.createIndex('assignment', 'assignment');
    parcels.put({ key: 'k', assignment: 'a_2', createdAt: 0 });
  };
  const earlier = await elsewhere(request);
  earlier.onversionchange = () => earlier.close();
  const shelf = await openShelf('p_1');
  expect(shelf.durable).toBe(true);
  expect(await shelf.draft('a_1')).toEqual(left);
  expect(await shelf.drafts()).toEqual([left]);
  expect((await shelf.parcels()).map(({ key }) => key)).toEqual(['k']);
  // Its writer was not seen: it stands in the way as a draft, not as text.
  expect(await shelf.keepDraft(draft)).toEqual(left);
  expect(await shelf.keepDraft({ ...left, version: 2 })).toBeNull();
  expect(await shelf.draft('a_1')).toEqual({ ...left, version: 2 });
});
