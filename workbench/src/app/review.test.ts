import { beforeEach, expect, it } from 'vitest';
import { Api } from '../transport/api';
import type { CaseKind, Queue, QueueItem } from '../wire';
import { ReviewRun } from './review';

const waiting = (id: string, kind: CaseKind = 'appeal'): QueueItem => ({
  id,
  kind,
  project: null,
  task_type: null,
  submitted_at: '',
  due_at: null,
});

const counts = { submission: 0, flag: 0, appeal: 3, report: 1 };
/** What waits, page by page, by the `after` that leads there. */
let pages: Record<string, Queue>;
let asked: string[];
let verdicts: { path: string; key: string | null; body: unknown }[];
/** The server hears a verdict, and its reply is lost on the way. */
let isReplyLost: boolean;

function api(): Api {
  const answer = (body: unknown) => new Response(JSON.stringify(body), { headers: { Date: new Date().toUTCString() } });
  const fetcher = async (input: string, init: RequestInit) => {
    const { pathname, searchParams } = new URL(input, 'http://house.test');
    if (init.method === 'POST') {
      const key = new Headers(init.headers).get('Idempotency-Key');
      verdicts.push({ path: pathname, key, body: JSON.parse(String(init.body)) });
      if (isReplyLost) throw new TypeError('cut after the server');
      return answer({});
    }
    if (pathname.endsWith('/moderation/queue')) {
      const after = searchParams.get('after') ?? '';
      asked.push(after);
      return answer(pages[after]);
    }
    // The appeal of a restriction: there is no image to look at.
    return answer({ id: pathname.split('/').at(-1), submission: null, flag: null });
  };
  return new Api('/api/v1', fetcher as typeof fetch, null, () => 'token');
}

beforeEach(() => {
  asked = [];
  verdicts = [];
  isReplyLost = false;
  pages = { '': { items: [waiting('ap_1'), waiting('ap_2')], next: null, counts } };
});

const onTable = (run: ReviewRun): string => {
  const phase = run.phase.value;
  return phase.kind === 'case' ? phase.item.id : phase.kind;
};

/** The cases that come one after the other while all of them are passed over. */
async function passedOver(run: ReviewRun, times: number): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < times; i++) {
    await run.next();
    seen.push(onTable(run));
  }
  return seen;
}

it('goes on with the next page when all of the first was passed over, and begins again behind the last', async () => {
  pages = {
    '': { items: [waiting('ap_1'), waiting('ap_2')], next: 'ap_2.s_9', counts },
    'ap_2.s_9': { items: [waiting('ap_3')], next: 'ap_3', counts },
    ap_3: { items: [waiting('ap_4')], next: null, counts },
  };
  const run = new ReviewRun(api(), null);
  expect(await passedOver(run, 5)).toEqual(['ap_1', 'ap_2', 'ap_3', 'ap_4', 'ap_1']);
  // Only the pages that are needed.
  expect(asked).toEqual(['', '', '', 'ap_2.s_9', '', 'ap_2.s_9', 'ap_3', '', 'ap_2.s_9', 'ap_3']);
  expect(await passedOver(run, 4)).toEqual(['ap_2', 'ap_3', 'ap_4', 'ap_1']);
});

it('a page of nothing but reports, which have a page of their own, is no end', async () => {
  pages = {
    '': { items: [waiting('r_1', 'report')], next: 'r_1', counts },
    r_1: { items: [waiting('ap_1')], next: null, counts },
  };
  const run = new ReviewRun(api(), null);
  expect(await passedOver(run, 2)).toEqual(['ap_1', 'ap_1']);
  expect(run.counts.value).toEqual(counts);
});

it('says that nothing waits where only reports do', async () => {
  pages = { '': { items: [waiting('r_1', 'report')], next: null, counts } };
  const run = new ReviewRun(api(), null);
  expect(await passedOver(run, 2)).toEqual(['empty', 'empty']);
});

it('a decision whose reply was lost goes out again as the same request', async () => {
  const run = new ReviewRun(api(), null);
  await run.next();
  run.decide('yes');
  run.note.value = 'The photograph shows it.';
  isReplyLost = true;
  await run.send();
  expect(run.problem.value?.code).toBe('unreachable');
  expect(onTable(run)).toBe('ap_1');
  isReplyLost = false;
  pages = { '': { items: [waiting('ap_2')], next: null, counts } };
  await run.send();
  const [first, second] = verdicts;
  expect(first!.path).toBe('/api/v1/moderation/appeals/ap_1');
  expect(first!.key).toMatch(/^[0-9a-f-]{36}$/);
  expect(second).toEqual(first);
  expect([onTable(run), run.sentCount.value]).toEqual(['ap_2', 1]);
});

it('another word, or another case, is another request', async () => {
  const run = new ReviewRun(api(), null);
  await run.next();
  run.decide('no');
  run.note.value = 'No.';
  isReplyLost = true;
  await run.send();
  run.note.value = 'No: the rule is older.';
  isReplyLost = false;
  pages = { '': { items: [waiting('ap_2')], next: null, counts } };
  await run.send();
  run.decide('no');
  run.note.value = 'No: the rule is older.';
  await run.send();
  expect(verdicts.map(({ body }) => body)).toEqual([
    { decision: 'lost', note: 'No.' },
    { decision: 'lost', note: 'No: the rule is older.' },
    { decision: 'lost', note: 'No: the rule is older.' },
  ]);
  expect(new Set(verdicts.map(({ key }) => key)).size).toBe(3);
});

it('nothing is sent while a word is missing', async () => {
  const run = new ReviewRun(api(), null);
  await run.next();
  run.decide('no');
  await run.send();
  expect(run.lacking.value).toEqual(['note']);
  expect(verdicts).toEqual([]);
});
