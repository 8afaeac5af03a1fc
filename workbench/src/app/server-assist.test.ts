import { expect, it, vi } from 'vitest';
import { emptyBitmap, encodeMask, fillCapsule } from '../geometry/mask';
import { cutOut } from '../render/cut-out';
import type { Assist } from '../tools/assist';
import { AssistAway, NothingThere } from '../tools/cutout/refusals';
import { Api } from '../transport/api';
import { serverAssist } from './server-assist';

const PROMPT = { tool: 'cutout', box: [10, 20, 30, 40] } as const;
const REGION = emptyBitmap({ width: 64, height: 48 });
fillCapsule(REGION, [30, 30], [34, 34], 6);
const FOUND = { mask: encodeMask(REGION), by: 'grabcut', version: '1+opencv-5' };

type Reply = { status: number; body: unknown; retryAfter?: string } | 'no line';

/** A server that gives these answers one after the other, the last one again and again. */
function server(...replies: readonly Reply[]) {
  const asked: { url: string; body: unknown }[] = [];
  const fetcher = async (url: RequestInfo | URL, init?: RequestInit) => {
    asked.push({ url: String(url), body: JSON.parse(String(init?.body)) });
    init?.signal?.throwIfAborted();
    const reply = replies[Math.min(asked.length, replies.length) - 1]!;
    if (reply === 'no line') throw new TypeError('failed to fetch');
    const headers = reply.retryAfter ? { 'Retry-After': reply.retryAfter } : {};
    return new Response(JSON.stringify(reply.body), { status: reply.status, headers });
  };
  const api = new Api('/api/v1', fetcher as typeof fetch, null, () => 'token');
  return { asked, assist: serverAssist(api, 'a_1') };
}

const refusal = (status: number, code: string, retryAfter?: string): Reply => ({
  status,
  body: { status, code, title: '', detail: '' },
  ...(retryAfter && { retryAfter }),
});

const asking = (assist: Assist, signal?: AbortSignal) =>
  cutOut(
    async () => assist,
    async () => ({ region: REGION, by: 'cutout', version: '1' }),
    PROMPT,
    signal,
  );

it('asks for the task in hand, and answers with the very pixels that came', async () => {
  const { asked, assist } = server({ status: 200, body: FOUND });
  const found = await asking(assist);
  expect(asked).toEqual([{ url: '/api/v1/work/assignments/a_1/assist', body: { box: [10, 20, 30, 40] } }]);
  expect(found).toMatchObject({ by: 'grabcut', version: '1+opencv-5' });
  expect(found).not.toHaveProperty('note');
  expect(encodeMask(found.region)).toEqual(FOUND.mask);
});

it('without a line the device answers, and says so', async () => {
  expect(await asking(server('no line').assist)).toMatchObject({ by: 'cutout', note: 'cutout_offline' });
});

it('a busy server is asked again when it says, and at last the device answers', async () => {
  vi.useFakeTimers();
  try {
    const once = server(refusal(503, 'assist_busy', '1'), { status: 200, body: FOUND });
    const found = asking(once.assist);
    await vi.advanceTimersByTimeAsync(999);
    expect(once.asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2);
    expect(await found).toMatchObject({ by: 'grabcut' });
    const always = server(refusal(503, 'assist_busy', '1'));
    const given = asking(always.assist);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await given).toMatchObject({ by: 'cutout', note: 'cutout_busy' });
    expect(always.asked).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});

it('a wait that is too long is not waited for', async () => {
  const { asked, assist } = server(refusal(429, 'throttled', '40'));
  expect(await asking(assist)).toMatchObject({ by: 'cutout', note: 'cutout_busy' });
  expect(asked).toHaveLength(1);
});

it.each([
  refusal(503, 'assist_absent'),
  refusal(409, 'assist_off'),
  refusal(410, 'lease_over'),
  refusal(401, 'unauthenticated'),
])('what refuses for good leaves it to the device: %o', async (reply) => {
  const { assist } = server(reply);
  await expect(assist.region(PROMPT)).rejects.toBeInstanceOf(AssistAway);
  expect(await asking(assist)).toMatchObject({ by: 'cutout', note: 'cutout_off' });
});

it('where the server found nothing the device is not asked', async () => {
  await expect(asking(server(refusal(422, 'nothing_found')).assist)).rejects.toBeInstanceOf(NothingThere);
});

it('a withdrawn question is answered by nobody', async () => {
  const withdrawn = new AbortController();
  withdrawn.abort();
  await expect(asking(server('no line').assist, withdrawn.signal)).rejects.toThrow(/abort/i);
});
