import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api, Refused, Unreachable } from './api';

beforeEach(() => {
  vi.stubGlobal('document', { cookie: 'a=1; tagwork_csrf=fromcookie', querySelector: () => ({ content: 'frompage' }) });
});
afterEach(() => vi.unstubAllGlobals());

function server(answer: () => Response | Promise<Response>) {
  const calls: { url: string; init: RequestInit }[] = [];
  const fetcher = (async (url: string, init: RequestInit) => {
    calls.push({ url, init });
    return answer();
  }) as unknown as typeof fetch;
  return { api: new Api('/api/v1', fetcher), calls };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(body === undefined ? null : JSON.stringify(body), { status, headers });

test('it sends the newest CSRF token and the key, and no body with GET', async () => {
  const { api, calls } = server(() => json({ ok: 1 }));
  await api.send('/x', { method: 'POST', body: { a: 1 }, idempotencyKey: 'k' });
  await api.get('/y');
  expect(calls[0]?.init.headers).toMatchObject({ 'X-CSRFToken': 'fromcookie', 'Idempotency-Key': 'k' });
  expect(calls[0]?.init.body).toBe('{"a":1}');
  expect(calls[1]?.init.body).toBeUndefined();
});

test('it takes the token of the page where the cookie cannot be read', async () => {
  vi.stubGlobal('document', { cookie: '', querySelector: () => ({ content: 'frompage' }) });
  const { api, calls } = server(() => json({}));
  await api.send('/x', { method: 'POST' });
  expect(calls[0]?.init.headers).toMatchObject({ 'X-CSRFToken': 'frompage' });
});

test('it answers null for 204', async () => {
  const { api } = server(() => json(undefined, 204));
  expect(await api.send('/x', { method: 'POST' })).toBeNull();
});

test('it tells a refusal with its code, its sentence, its way out and its wait', async () => {
  const { api } = server(() =>
    json({ code: 'guideline_unread', detail: 'Read first.', next: '/g', status: 409 }, 409, { 'Retry-After': '7' }),
  );
  const error = await api.send('/x', { method: 'POST' }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Refused);
  expect((error as Refused).code).toBe('guideline_unread');
  expect((error as Refused).problem.next).toBe('/g');
  expect((error as Refused).retryAfterSeconds).toBe(7);
});

test('it gives a page of a proxy a code of its own', async () => {
  const { api } = server(() => new Response('<html>bad gateway', { status: 502 }));
  const error = (await api.get('/x').catch((e: unknown) => e)) as Refused;
  expect([error.status, error.code]).toEqual([502, 'http_502']);
});

test('it does not take the page of a captive portal for an answer', async () => {
  const { api } = server(() => new Response('<html>Welcome to our wifi', { status: 200 }));
  await expect(api.get('/x')).rejects.toBeInstanceOf(Unreachable);
});

test('it tells a cut line from a refusal', async () => {
  const { api } = server(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(api.get('/x')).rejects.toBeInstanceOf(Unreachable);
});

test('it follows the clock of the server, not of the phone', async () => {
  const ahead = new Date(Date.now() + 3_600_000);
  const { api } = server(() => json({}, 200, { Date: ahead.toUTCString() }));
  await api.get('/x');
  expect(Math.abs(api.now() - ahead.getTime())).toBeLessThan(2_000);
});

test('a request outlives the page only where the browser allows it: a large one would be refused at once', async () => {
  const { api, calls } = server(() => json({}));
  await api.send('/x', { method: 'PUT', body: 'a'.repeat(50_000), keepalive: true });
  // Bytes, not letters: two for each of these.
  await api.send('/x', { method: 'PUT', body: 'ش'.repeat(40_000), keepalive: true });
  expect(calls.map(({ init }) => !!init.keepalive)).toEqual([true, false]);
});
