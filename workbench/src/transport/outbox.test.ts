import { describe, expect, test } from 'vitest';
import type { ProblemBody } from '../wire';
import { Refused, Unreachable } from './api';
import { MemoryShelf } from './memory-shelf';
import { backOffMs, Outbox } from './outbox';
import type { KeptDraft, Parcel } from './shelf';
import type { Tabs, Word } from './tabs';

const refused = (status: number, code: string, retryAfter: number | null = null) =>
  new Refused({ type: '', title: '', status, code, detail: 'No.' } satisfies ProblemBody, retryAfter);

const parcel = (key: string, more: Partial<Parcel> = {}): Parcel => ({
  key,
  assignment: `a_${key}`,
  project: 'p1',
  kind: 'submit',
  body: { annotations: [], next: 1 },
  createdAt: 0,
  attempts: 0,
  tab: 'me',
  draft: null,
  earnsMicros: 2_000,
  problem: null,
  ...more,
});

const draft = (assignment: string): KeptDraft => ({
  assignment,
  annotations: [],
  history: null,
  revision: 0,
  dirty: true,
  activeSeconds: 1,
  nothing: false,
  version: 1,
  other: null,
});

/** A server that answers by script, and a clock that only moves when told. */
function scene(answers: (unknown | Error)[] = []) {
  const shelf = new MemoryShelf();
  const sent: string[] = [];
  const delivered: string[] = [];
  const timers: { at: number; run: () => void }[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    random: () => 0,
    after: (delayMs: number, run: () => void) => void timers.push({ at: now + delayMs, run }),
  };
  const gone = new Set<string>();
  const waiting: { tab: string; act: () => Promise<void> }[] = [];
  const tabs: Tabs = {
    id: 'me',
    tell: (_word: Word) => undefined,
    hear: () => undefined,
    whenGone: (tab, act) => void (gone.has(tab) ? act() : waiting.push({ tab, act })),
  };
  const close = async (tab: string) => {
    gone.add(tab);
    for (const each of waiting) if (each.tab === tab) await each.act();
  };
  const outbox = new Outbox(
    shelf,
    tabs,
    async ({ key }) => {
      sent.push(key);
      const answer = answers.shift() ?? { ok: true };
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ({ key }) => void delivered.push(key),
    clock,
  );
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const pass = async (ms: number) => {
    now += ms;
    for (const timer of timers.splice(0)) {
      if (timer.at <= now) timer.run();
      else timers.push(timer);
    }
    await settle();
  };
  return { shelf, sent, delivered, outbox, settle, pass, close };
}

describe('outbox', () => {
  test('it keeps the answer on the shelf before the first attempt and drops it after the reply', async () => {
    const { shelf, outbox, pass, delivered } = scene();
    await outbox.post(parcel('k'), 800);
    expect((await shelf.parcels()).map(({ key }) => key)).toEqual(['k']);
    expect(delivered).toEqual([]);
    await pass(800);
    expect(delivered).toEqual(['k']);
    expect(await shelf.parcels()).toEqual([]);
  });

  test('it repeats under the same key when the line is cut, later each time', async () => {
    const { shelf, outbox, pass, sent, delivered } = scene([new Unreachable('cut'), new Unreachable('cut')]);
    await outbox.post(parcel('k'), 0);
    await pass(0);
    expect(sent).toEqual(['k']);
    expect(outbox.lineDown.value).toBe(true);
    // random() is 0: the wait is half of 2 s, then half of 4 s.
    await pass(999);
    expect(sent).toEqual(['k']);
    await pass(1);
    expect(sent).toEqual(['k', 'k']);
    await pass(2_000);
    expect(sent).toEqual(['k', 'k', 'k']);
    expect(delivered).toEqual(['k']);
    expect(outbox.lineDown.value).toBe(false);
    expect(await shelf.parcels()).toEqual([]);
  });

  test('it waits as long as the server asks', async () => {
    const { outbox, pass, sent } = scene([refused(429, 'too_many', 30)]);
    await outbox.post(parcel('k'), 0);
    await pass(0);
    await pass(29_999);
    expect(sent.length).toBe(1);
    await pass(1);
    expect(sent.length).toBe(2);
  });

  test('it keeps everything and stops when the session is over, and goes on after signing in', async () => {
    const { shelf, outbox, pass, sent, delivered } = scene([refused(401, 'unauthenticated')]);
    await outbox.post(parcel('k1'), 0);
    await outbox.post(parcel('k2'), 0);
    await pass(0);
    await pass(600_000);
    expect(sent).toEqual(['k1']);
    expect(outbox.signedOut.value).toBe(true);
    expect((await shelf.parcels()).length).toBe(2);
    await outbox.wake();
    expect(delivered).toEqual(['k1', 'k2']);
  });

  test.each([
    [409, 'already_submitted'],
    [410, 'lease_over'],
    [422, 'invalid_annotations'],
    [403, 'restricted'],
  ])('it holds an answer refused with %i for the person and sends the others', async (status, code) => {
    const { shelf, outbox, pass, settle, delivered } = scene([refused(status, code)]);
    await outbox.post(parcel('bad'), 0);
    await outbox.post(parcel('good'), 0);
    await pass(0);
    expect(delivered).toEqual(['good']);
    expect((await shelf.parcels())[0]?.problem?.code).toBe(code);
    await outbox.release('bad');
    await settle();
    expect(delivered).toEqual(['good', 'bad']);
  });

  test('it tries a broken server again', async () => {
    const { outbox, pass, delivered } = scene([refused(503, 'http_503')]);
    await outbox.post(parcel('k'), 0);
    await pass(0);
    await pass(1_000);
    expect(delivered).toEqual(['k']);
  });

  test('it takes an answer back into a draft inside the undo window only', async () => {
    const { shelf, outbox, pass, sent } = scene();
    await outbox.post(parcel('k'), 800);
    await pass(700);
    expect(await outbox.recall('k', draft('a_k'))).toBe(true);
    expect(await shelf.parcels()).toEqual([]);
    expect((await shelf.draft('a_k'))?.activeSeconds).toBe(1);
    await pass(10_000);
    expect(sent).toEqual([]);
    await outbox.post(parcel('k2'), 300);
    await pass(500);
    expect(await outbox.recall('k2', draft('a_k2'))).toBe(false);
  });

  test('it takes over what a page left that is gone, and only then', async () => {
    const { shelf, outbox, settle, delivered, close } = scene();
    await shelf.pack(parcel('old', { tab: 'before', attempts: 7 }));
    expect(await outbox.start()).toEqual(new Set(['a_old']));
    await settle();
    expect(delivered).toEqual([]);
    await close('before');
    await settle();
    expect(delivered).toEqual(['old']);
    expect(await shelf.parcels()).toEqual([]);
  });

  test('it takes over from a page that began later', async () => {
    const { shelf, outbox, settle, delivered, close } = scene();
    await outbox.start();
    outbox.watch('later');
    await shelf.pack(parcel('theirs', { tab: 'later' }));
    await outbox.wake();
    expect(delivered).toEqual([]);
    await close('later');
    await settle();
    expect(delivered).toEqual(['theirs']);
  });

  test('a task that another tab has packed is not packed again', async () => {
    const { shelf, outbox, pass, sent } = scene();
    await shelf.pack(parcel('theirs', { tab: 'other', assignment: 'a_1' }));
    expect(await outbox.post(parcel('mine', { assignment: 'a_1' }), 0)).toBe(false);
    await pass(1_000);
    expect(sent).toEqual([]);
    expect((await shelf.parcels()).map(({ key }) => key)).toEqual(['theirs']);
  });

  test('it never sends what the disk does not have yet', async () => {
    const { shelf, outbox, pass, settle, sent } = scene();
    const pack = shelf.pack.bind(shelf);
    let written: () => void = () => undefined;
    shelf.pack = async (each) => {
      await new Promise<void>((done) => {
        written = done;
      });
      return pack(each);
    };
    void outbox.post(parcel('k'), 800);
    await outbox.release('k');
    await pass(1_000);
    expect(sent).toEqual([]);
    written();
    await settle();
    expect(sent).toEqual(['k']);
  });

  test('focus does not cut a wait short that the server asked for, and does cut a back-off', async () => {
    const { outbox, sent, pass } = scene([refused(429, 'too_many', 30), new Unreachable('cut')]);
    await outbox.post(parcel('told'), 0);
    await outbox.post(parcel('cut'), 0);
    await pass(0);
    expect(sent).toEqual(['told', 'cut']);
    await outbox.wake();
    expect(sent).toEqual(['told', 'cut', 'cut']);
    await pass(30_000);
    expect(sent).toEqual(['told', 'cut', 'cut', 'told']);
  });

  test('a rotated CSRF token asks to sign in; a page of something in between is tried again', async () => {
    const { outbox, pass, sent } = scene([refused(403, 'csrf_failed'), refused(404, 'http_404')]);
    await outbox.post(parcel('k'), 0);
    await pass(0);
    expect(outbox.signedOut.value).toBe(true);
    await outbox.wake();
    await pass(1_000);
    expect(sent).toEqual(['k', 'k', 'k']);
    expect(outbox.parcels.value).toEqual([]);
  });

  test('a refused answer opens again with its draft, and is gone from the outbox in the same step', async () => {
    const { shelf, outbox, pass } = scene([refused(422, 'invalid_annotations')]);
    await outbox.post(parcel('k', { draft: draft('a_k') }), 0);
    await pass(0);
    expect(await outbox.reopen('k', draft('a_k'))).toBe(true);
    expect(await shelf.parcels()).toEqual([]);
    expect(await shelf.draft('a_k')).toEqual(draft('a_k'));
  });

  test('an answer that the disk would not take can still be taken back', async () => {
    const { shelf, outbox, pass, sent } = scene();
    shelf.pack = () => Promise.reject(new Error('quota'));
    await outbox.post(parcel('k'), 800);
    expect(await outbox.recall('k', draft('a_k'))).toBe(true);
    await pass(10_000);
    expect(sent).toEqual([]);
    expect(outbox.parcels.value).toEqual([]);
  });

  test('what cannot be taken back goes its way', async () => {
    const { shelf, outbox, pass, delivered } = scene();
    await outbox.post(parcel('k'), 800);
    shelf.unpack = () => Promise.reject(new Error('disk'));
    expect(await outbox.recall('k', draft('a_k'))).toBe(false);
    await pass(800);
    expect(delivered).toEqual(['k']);
  });

  test('nothing is sent while it is taken back', async () => {
    const { shelf, outbox, pass, sent } = scene();
    await outbox.post(parcel('k'), 800);
    let free: () => void = () => undefined;
    const unpack = shelf.unpack.bind(shelf);
    shelf.unpack = async (key, kept) => {
      await new Promise<void>((done) => {
        free = done;
      });
      return unpack(key, kept);
    };
    const back = outbox.recall('k', draft('a_k'));
    await pass(5_000);
    free();
    expect(await back).toBe(true);
    await pass(5_000);
    expect(sent).toEqual([]);
  });

  test.each(['lease_over', 'wrong_state', 'already_submitted'])(
    'a skip that comes too late is done: %s',
    async (code) => {
      const { shelf, outbox, pass, delivered } = scene([refused(410, code), refused(410, code)]);
      await outbox.post(parcel('skip', { kind: 'skip' }), 0);
      await outbox.post(parcel('flag', { kind: 'flag' }), 0);
      await pass(0);
      expect(delivered).toEqual(['skip']);
      expect((await shelf.parcels()).map(({ key, problem }) => [key, problem?.code])).toEqual([['flag', code]]);
    },
  );

  test('it sends even when this device cannot store', async () => {
    const { shelf, outbox, pass, delivered } = scene();
    shelf.pack = () => Promise.reject(new Error('quota'));
    await outbox.post(parcel('k'), 0);
    await pass(0);
    expect(delivered).toEqual(['k']);
  });
});

test('the back-off doubles from 2 s, ends at 5 min and is random in its upper half', () => {
  expect(backOffMs(0, 0)).toBe(1_000);
  expect(backOffMs(0, 1)).toBe(2_000);
  expect(backOffMs(3, 1)).toBe(16_000);
  expect(backOffMs(50, 0)).toBe(150_000);
  expect(backOffMs(50, 1)).toBe(300_000);
});
