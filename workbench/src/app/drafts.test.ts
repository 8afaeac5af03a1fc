import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Annotation } from '../model/annotation';
import { type Api, type Call, Refused, Unreachable } from '../transport/api';
import { MemoryShelf } from '../transport/memory-shelf';
import type { KeptDraft } from '../transport/shelf';
import type { ServerDraft } from '../wire';
import { DraftKeeper, opened } from './drafts';

const local = (revision: number, dirty: boolean): KeptDraft => ({
  assignment: 'a',
  annotations: [],
  history: null,
  revision,
  dirty,
  activeSeconds: 0,
  nothing: false,
  version: 1,
  other: null,
});
const server = (revision: number): ServerDraft => ({ revision, annotations: [] });

const box: Annotation = { id: '1', kind: 'box', label: 'car', box: [1, 2, 3, 4] };
const theirs: ServerDraft = { revision: 5, annotations: [box] };

describe('which draft to open', () => {
  test.each([
    [null, null, 'none'],
    [null, server(1), 'server'],
    [local(1, true), null, 'local'],
    [local(3, true), server(3), 'local'],
    [local(3, false), theirs, 'server'],
    [local(3, true), theirs, 'ask'],
    // Sent while the page was closing: the newer revision is our own.
    [{ ...local(3, true), annotations: [{ ...box, attributes: {} }] }, { revision: 4, annotations: [box] }, 'local'],
  ] as const)('%o and %o: %s', (mine, theirs, which) => {
    expect(opened(mine, theirs)).toBe(which);
  });
});

function scene(answer: () => unknown = () => ({})) {
  const shelf = new MemoryShelf();
  const puts: Call[] = [];
  const api = {
    send: async (_path: string, call: Call) => {
      puts.push(call);
      const value = answer();
      if (value instanceof Error) throw value;
      return value;
    },
  } as unknown as Api;
  let annotations: readonly Annotation[] = [];
  const told: string[] = [];
  const keeper = new DraftKeeper(
    api,
    shelf,
    'a',
    { revision: 4, version: 0, other: null },
    () => ({ annotations, history: { steps: annotations.length }, activeSeconds: 2, nothing: false }),
    (what) => void told.push(what),
  );
  const draw = (next: readonly Annotation[]) => {
    annotations = next;
    keeper.changed();
  };
  return { shelf, puts, keeper, draw, told };
}

describe('keeping a draft', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('it is on the device within 300 ms, with its undo history, also while the hand never rests', async () => {
    const { shelf, draw } = scene();
    draw([box]);
    await vi.advanceTimersByTimeAsync(150);
    draw([box, { ...box, id: '2' }]);
    await vi.advanceTimersByTimeAsync(150);
    expect((await shelf.draft('a'))?.annotations.length).toBe(2);
    expect((await shelf.draft('a'))?.history).toEqual({ steps: 2 });
  });

  test('it goes to the server after three seconds of rest, under the next revision', async () => {
    const { puts, keeper, draw, shelf } = scene();
    draw([box]);
    await vi.advanceTimersByTimeAsync(2_000);
    draw([box]);
    await vi.advanceTimersByTimeAsync(2_999);
    expect(puts.length).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(puts.map(({ body }) => body)).toEqual([{ revision: 5, annotations: [box] }]);
    expect(keeper.state.value).toBe('server');
    expect(await shelf.draft('a')).toMatchObject({ revision: 5, dirty: false });
  });

  test('a newer draft elsewhere is offered, not overwritten and not taken', async () => {
    const theirs = { revision: 9, annotations: [] };
    const stale = new Refused(
      { type: '', title: '', status: 409, code: 'draft_stale', detail: '', draft: theirs },
      null,
    );
    let fails = true;
    const { puts, keeper, draw, shelf } = scene(() => (fails ? stale : {}));
    draw([box]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(keeper.newer.value).toEqual(theirs.annotations);
    expect(await shelf.draft('a')).toMatchObject({ annotations: [box], other: [] });
    draw([box]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(puts.length).toBe(1);
    fails = false;
    keeper.keepMine();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(puts[1]?.body).toMatchObject({ revision: 10 });
  });

  test('its own draft that comes back as newer is no question', async () => {
    const ours = { revision: 5, annotations: [box] };
    const stale = new Refused({ type: '', title: '', status: 409, code: 'draft_stale', detail: '', draft: ours }, null);
    const { keeper, draw } = scene(() => stale);
    draw([box]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(keeper.newer.value).toBeNull();
    expect(keeper.state.value).toBe('server');
  });

  test('without a line the device keeps it as not yet sent', async () => {
    const { shelf, draw } = scene(() => new Unreachable('cut'));
    draw([box]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await shelf.draft('a')).toMatchObject({ revision: 4, dirty: true });
  });

  test('the first change is written at once', async () => {
    const { shelf, draw, told } = scene();
    draw([box]);
    await vi.advanceTimersByTimeAsync(0);
    expect((await shelf.draft('a'))?.annotations).toEqual([box]);
    expect(told).toEqual(['draft']);
  });

  test('who never rests is saved on the server every twenty seconds', async () => {
    const { puts, draw } = scene();
    for (let second = 0; second < 25; second++) {
      draw([{ ...box, id: `${second}` }]);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(puts.length).toBe(1);
  });

  test('without a line it is sent when the line is back', async () => {
    let answer: unknown = new Unreachable('cut');
    const { puts, keeper, draw } = scene(() => answer);
    draw([box]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(puts.length).toBe(1);
    answer = {};
    keeper.sendSoon();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(puts.length).toBe(2);
    expect(keeper.state.value).toBe('server');
  });

  test('what another tab wrote meanwhile is kept beside it, and the person is asked', async () => {
    const { shelf, keeper, draw } = scene();
    const there = { ...local(4, true), annotations: [{ ...box, id: '7' }] };
    await shelf.keepDraft(there);
    draw([box]);
    await vi.advanceTimersByTimeAsync(0);
    expect(keeper.newer.value).toEqual(there.annotations);
    expect(await shelf.draft('a')).toMatchObject({ annotations: [box], other: there.annotations, version: 2 });
  });

  test('a task that was answered in another tab is drafted no more', async () => {
    const { shelf, draw, told } = scene();
    await shelf.pack({
      key: 'k',
      assignment: 'a',
      project: 'p',
      kind: 'submit',
      body: {},
      createdAt: 0,
      attempts: 0,
      tab: 'other',
      draft: null,
      earnsMicros: 0,
      problem: null,
    });
    draw([box]);
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual(['packed']);
    expect(await shelf.draft('a')).toBeNull();
  });

  test('leaving the page writes and sends at once', async () => {
    const { puts, keeper, draw, shelf } = scene();
    draw([box]);
    keeper.flush();
    await vi.advanceTimersByTimeAsync(0);
    expect((await shelf.draft('a'))?.annotations).toEqual([box]);
    expect(puts[0]?.keepalive).toBe(true);
  });

  test('while it is on its way to the server it counts as not yet sent', async () => {
    let reply: (value: unknown) => void = () => undefined;
    const { shelf, keeper, draw, puts } = scene(
      () =>
        new Promise((done) => {
          reply = done;
        }),
    );
    draw([box]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(puts).toHaveLength(1);
    // A page that goes now leaves a draft that the next visit sends, and that no sign-out wipes.
    await keeper.keep();
    expect(await shelf.draft('a')).toMatchObject({ revision: 4, dirty: true });
    draw([box, { ...box, id: '2' }]);
    await vi.advanceTimersByTimeAsync(10_000);
    // One at a time: two of one revision would be asked about as if somebody else had drawn.
    expect(puts).toHaveLength(1);
    reply({});
    await vi.advanceTimersByTimeAsync(0);
    expect(await shelf.draft('a')).toMatchObject({ revision: 5, dirty: true });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(puts.map(({ body }) => (body as ServerDraft).revision)).toEqual([5, 6]);
    reply({});
    await vi.advanceTimersByTimeAsync(0);
    expect(await shelf.draft('a')).toMatchObject({ revision: 6, dirty: false });
    expect(keeper.state.value).toBe('server');
  });

  test('after closing, a late timer writes nothing over the sent answer', async () => {
    const { puts, keeper, draw, shelf } = scene();
    draw([box]);
    keeper.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await shelf.draft('a')).toBeNull();
    expect(puts).toEqual([]);
  });
});
