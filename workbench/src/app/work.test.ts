import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Annotation } from '../model/annotation';
import type { LabelSchema } from '../model/schema';
import { Api } from '../transport/api';
import { openShelf } from '../transport/shelf';
import type { Answer } from '../ui/answer';
import { drawOn } from '../ui/testing/drawing';
import type { Assignment, SubmitBody } from '../wire';
import { WorkSession } from './work';

const SHAPES: LabelSchema = {
  labels: [
    { name: 'leaf', kinds: ['polygon'] },
    { name: 'car', kinds: ['box'], attributes: [{ name: 'side', type: 'choice', options: ['left', 'right'] }] },
  ],
};
const CHOICE: LabelSchema = { labels: [], tags: [{ name: 'light', options: ['bright', 'dark'], required: true }] };

const task = (id: string, schema: LabelSchema) =>
  ({
    id,
    project_id: 'pr_1',
    state: 'leased',
    lease_expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    heartbeat_seconds: 45,
    schema,
    pay: { base_micros: 6_000, object_micros: 0, max_micros: 6_000 },
    images: [{ width: 1_000, height: 800, sources: [] }],
    draft: null,
    suggestions: null,
  }) as unknown as Assignment;

interface Sent {
  readonly path: string;
  readonly key: string | null;
  readonly body: SubmitBody;
}

/** The server as far as one worker sees it: two tasks held, and every answer is taken. */
function house(schema: LabelSchema, drafted: readonly Annotation[] | null = null) {
  const sent: Sent[] = [];
  const drafts: unknown[] = [];
  /** `cut`: nothing arrives. `gateway`: a proxy speaks for a server that is down. */
  const line: { state: 'up' | 'cut' | 'gateway' } = { state: 'up' };
  const fetcher = async (path: string, init: RequestInit) => {
    if (line.state === 'cut') throw new TypeError('cut');
    if (line.state === 'gateway') return new Response('<html>', { status: 502 });
    const reply = (body: unknown) =>
      new Response(JSON.stringify(body), { headers: { Date: new Date().toUTCString() } });
    const body = init.body ? JSON.parse(String(init.body)) : null;
    if (path.endsWith('/submit')) {
      sent.push({ path, key: new Headers(init.headers).get('Idempotency-Key'), body });
      return reply({ submission: { id: 's_1', state: 'pending', amount_micros: 6_000, late: false }, next: [] });
    }
    if (path.endsWith('/draft')) drafts.push(body);
    if (path.endsWith('/claim')) return reply({ assignments: [] });
    return reply({});
  };
  const draft = drafted && { revision: 2, annotations: drafted };
  const api = new Api('', fetcher as typeof fetch, null, () => 'token');
  const desk = new WorkSession(api, {
    projectId: 'pr_1',
    projectName: 'Leaves',
    backUrl: '/',
    worker: 'p_1',
    leased: { items: [{ ...task('a_1', schema), draft }, task('a_2', schema)], next: null },
  });
  return { desk, sent, drafts, line };
}

/** Time passes for the page, and the disk and the line get their turns. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    await vi.advanceTimersByTimeAsync(50);
    await new Promise((turn) => setImmediate(turn));
  }
}

const onTable = (desk: WorkSession): string => {
  const phase = desk.phase.value;
  return phase.kind === 'task' ? phase.assignment.id : phase.kind;
};

const answerOf = (desk: WorkSession): Answer => {
  const phase = desk.phase.value;
  if (phase.kind !== 'task') throw new Error(`nothing on the table: ${phase.kind}`);
  return phase.answer;
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
  vi.stubGlobal('navigator', { onLine: true });
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal(
    'document',
    Object.assign(new EventTarget(), { visibilityState: 'visible', documentElement: { lang: 'en' } }),
  );
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      postMessage(): void {}
    },
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('Submit while something is begun on the image', () => {
  it('ends an outline that can be ended, and sends it with the rest', async () => {
    const { desk, sent } = house(SHAPES);
    await desk.start();
    drawOn(answerOf(desk), 'polygon').tap([100, 100], [300, 100], [300, 300]);
    await desk.submit();
    expect(desk.errors.value).toEqual([]);
    expect(onTable(desk)).toBe('a_2');
    await pass(1_000);
    expect(sent).toHaveLength(1);
    expect(sent[0]!.path).toBe('/work/assignments/a_1/submit');
    expect(sent[0]!.body.annotations).toMatchObject([
      {
        kind: 'polygon',
        polygon: [
          [
            [100, 100],
            [300, 100],
            [300, 300],
          ],
        ],
      },
    ]);
  });

  it('names what cannot be ended and sends nothing, until it is finished', async () => {
    const { desk, sent } = house(SHAPES);
    await desk.start();
    const hands = drawOn(answerOf(desk), 'polygon').tap([500, 100], [700, 100], [700, 300]);
    hands.session.key('Enter');
    hands.session.select([]);
    hands.tap([100, 100], [300, 100]);
    await desk.submit();
    await pass(5_000);
    expect(desk.errors.value.map(({ code }) => code)).toEqual(['unfinished']);
    expect([onTable(desk), sent.length, desk.done.value]).toEqual(['a_1', 0, 0]);
    // It is still in the hand: the next tap goes on with it, and the word is taken back.
    hands.tap([300, 300]);
    await desk.submit();
    await pass(1_000);
    expect(desk.errors.value).toEqual([]);
    expect(sent.map(({ body }) => body.annotations.length)).toEqual([2]);
  });

  it('names what lies open under another tool as well', async () => {
    const { desk, sent } = house(SHAPES);
    await desk.start();
    const hands = drawOn(answerOf(desk), 'polygon').tap([100, 100], [300, 100]);
    hands.session.setTool('select');
    await desk.submit();
    await pass(5_000);
    expect(desk.errors.value.map(({ code }) => code)).toEqual(['unfinished']);
    expect([sent.length, hands.session.tool]).toEqual([0, 'polygon']);
  });

  it('what is wrong with a finished mark is said at that mark', async () => {
    const { desk, sent } = house(SHAPES);
    await desk.start();
    const hands = drawOn(answerOf(desk), 'box').drag([500, 500], [600, 600]);
    hands.session.setTool('polygon');
    hands.tap([100, 100], [300, 100], [300, 300]);
    await desk.submit();
    await pass(5_000);
    // The outline was ended; the box still lacks its side.
    expect(desk.errors.value.map(({ annotation }) => annotation)).toEqual(['1']);
    expect(answerOf(desk).selected.value).toEqual(['1']);
    expect([answerOf(desk).drawn.value.length, sent.length]).toEqual([2, 0]);
  });

  it('pressed twice it is sent once', async () => {
    const { desk, sent } = house(SHAPES);
    await desk.start();
    drawOn(answerOf(desk), 'polygon').tap([100, 100], [300, 100], [300, 300]);
    await Promise.all([desk.submit(), desk.submit()]);
    await pass(2_000);
    expect(sent.map(({ path }) => path)).toEqual(['/work/assignments/a_1/submit']);
  });
});

describe('a server that was lost and answers again', () => {
  it('gets what waits at the next heartbeat, not only when the waiting answer has its turn', async () => {
    const { desk, sent, drafts, line } = house(CHOICE);
    await desk.start();
    line.state = 'cut';
    await desk.choose('dark');
    // Its own next try is by now half a minute to a minute apart.
    await pass(50_000);
    answerOf(desk).toggleTag(CHOICE.tags![0]!, 'bright');
    await pass(30_000);
    expect([desk.offline.value, sent.length, drafts.length]).toEqual([true, 0, 0]);
    line.state = 'up';
    await pass(16_000);
    expect([desk.offline.value, sent.length]).toEqual([false, 1]);
    expect(drafts).toMatchObject([{ annotations: [{ label: 'bright' }] }]);
  });

  it('is named when it takes no answers for more than a moment, until it does', async () => {
    const { desk, sent, line } = house(CHOICE);
    await desk.start();
    line.state = 'gateway';
    await desk.choose('dark');
    await pass(1_000);
    expect([desk.stuck.value, desk.waiting.value.length]).toEqual([false, 1]);
    // The first new try comes after 1 to 2 s.
    await pass(2_500);
    expect([desk.stuck.value, desk.waiting.value.length]).toEqual([true, 1]);
    line.state = 'up';
    await desk.retry();
    await pass(100);
    expect([desk.stuck.value, desk.waiting.value.length, sent.length]).toEqual([false, 0, 1]);
  });

  it.each(['cut', 'gateway'] as const)('%s: with nothing on the table the page comes back by itself', async (state) => {
    const { desk, sent, line } = house(CHOICE);
    await desk.start();
    line.state = state;
    await desk.choose('dark');
    await desk.choose('dark');
    // Until then the answers under way were to bring the next task.
    await pass(20_000);
    await desk.retry();
    expect([onTable(desk), sent.length]).toEqual(['unreachable', 0]);
    line.state = 'up';
    await pass(61_000);
    // On a busy machine the disk may need a turn more.
    await vi.waitFor(() => expect([onTable(desk), sent.length]).toEqual(['empty', 2]));
  });
});

/** A disk from which nothing can be read after so many `reads`; `writes` says whether it takes anything. */
function brokenDisk({ writes, reads = 0 }: { writes: boolean; reads?: number }, disk = new IDBFactory()): IDBFactory {
  let left = reads;
  const open = disk.open.bind(disk);
  disk.open = (...name: Parameters<typeof open>) => {
    const request = open(...name);
    request.addEventListener('success', () => {
      const database = request.result;
      const transaction = database.transaction.bind(database);
      database.transaction = (stores, mode, options) => {
        if (mode === 'readonly' ? left-- <= 0 : !writes)
          throw new DOMException('the disk does not answer', 'UnknownError');
        return transaction(stores, mode, options);
      };
    });
    return request;
  };
  return disk;
}

describe('a shelf that cannot be read', () => {
  it.each([
    { writes: true, saved: 'device' },
    { writes: false, saved: 'failed' },
  ])('keeps nobody from working (writes: $writes)', async ({ writes, saved }) => {
    vi.stubGlobal('indexedDB', brokenDisk({ writes }));
    const { desk, sent, drafts } = house(CHOICE);
    await desk.start();
    expect(onTable(desk)).toBe('a_1');
    const answer = answerOf(desk);
    answer.toggleTag(CHOICE.tags![0]!, 'dark');
    await pass(1_000);
    // What the device cannot do is said, and the server keeps the draft.
    expect(desk.saved.value).toBe(saved);
    await pass(3_000);
    expect(drafts).toMatchObject([{ revision: 1, annotations: [{ kind: 'tag', label: 'dark' }] }]);
    await desk.choose('dark');
    expect(onTable(desk)).toBe('a_2');
    await pass(2_000);
    expect(sent.map(({ path, body }) => [path, body.annotations.length])).toEqual([
      ['/work/assignments/a_1/submit', 1],
    ]);
    expect(sent[0]!.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(desk.waiting.value).toEqual([]);
    expect(desk.pendingMicros.value).toBe(6_000);
  });

  it('leaves a draft to the server that it had and does not give', async () => {
    const disk = new IDBFactory();
    vi.stubGlobal('indexedDB', disk);
    const kept = { annotations: [], history: null, revision: 1, dirty: false, activeSeconds: 1, nothing: false };
    await (await openShelf('p_1')).keepDraft({ assignment: 'a_1', version: 1, other: null, ...kept });
    // What waits, and which tasks have a draft; not the draft itself.
    vi.stubGlobal('indexedDB', brokenDisk({ writes: true, reads: 2 }, disk));
    const { desk } = house(CHOICE, [{ id: 't1', kind: 'tag', label: 'bright', of: 'light', tag: true }]);
    await desk.start();
    expect(onTable(desk)).toBe('a_1');
    expect(answerOf(desk).tagsOf('light')).toEqual(['bright']);
  });

  it.each([
    { writes: true, inTab: false },
    { writes: false, inTab: true },
  ])('says where an answer is that cannot be sent (writes: $writes)', async ({ writes, inTab }) => {
    vi.stubGlobal('indexedDB', brokenDisk({ writes, reads: 9 }));
    const { desk, line } = house(CHOICE);
    await desk.start();
    line.state = 'cut';
    await desk.choose('dark');
    await pass(2_000);
    expect([desk.offline.value, desk.inTab.value]).toEqual([true, inTab]);
    line.state = 'up';
    await desk.retry();
    await pass(1_000);
    expect([desk.waiting.value.length, desk.inTab.value]).toEqual([0, false]);
  });

  it('with a task answered in its undo time, the answer can still be taken back', async () => {
    vi.stubGlobal('indexedDB', brokenDisk({ writes: false }));
    const { desk, sent } = house(CHOICE);
    await desk.start();
    await desk.choose('dark');
    await pass(200);
    await desk.undoSend();
    await pass(3_000);
    expect(onTable(desk)).toBe('a_1');
    expect(answerOf(desk).tagsOf('light')).toEqual(['dark']);
    expect(sent).toEqual([]);
  });
});
