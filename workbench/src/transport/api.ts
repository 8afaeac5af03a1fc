/** Speaks HTTP with our own server: JSON, the CSRF header, RFC 9457 refusals, and the server's clock. */
import type { ProblemBody } from '../wire';

/** The server answered and refused. */
export class Refused extends Error {
  constructor(
    readonly problem: ProblemBody,
    /** From Retry-After; null when the server named none. */
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem.detail || problem.title);
    this.name = 'Refused';
  }
  get status(): number {
    return this.problem.status;
  }
  get code(): string {
    return this.problem.code;
  }
}

/** No answer came: offline, a cut line, or a time-out. Whether the server acted is unknown. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** Lets a request outlive the page (drafts on leaving); browsers cap such bodies at 64 KB. */
  readonly keepalive?: boolean;
  /** In place of the usual time-out. */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 30_000;
/** Bytes; the standard's 64 KB are for all such requests together. */
const MOST_KEPT_ALIVE = 60_000;

export class Api {
  /**
   * Server time minus the time this page has lived: the clock of a phone may be wrong, and may be set while we work.
   * Until the server has spoken, its word is the best there is.
   */
  #offsetMs = Date.now() - performance.now();

  constructor(
    private readonly base = '/api/v1',
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
    /** Whom this page speaks for. The server refuses (401) when somebody else has signed in in this browser since. */
    private readonly account: string | null = null,
    private readonly token: () => string = csrfToken,
  ) {}

  /** The server's time in ms since 1970, as far as its Date header tells. */
  now(): number {
    return performance.now() + this.#offsetMs;
  }

  /** The server's word on its time, heard when this page had lived for `at_ms`. */
  told(serverMs: number, at_ms = performance.now()): void {
    if (!Number.isNaN(serverMs)) this.#offsetMs = serverMs - at_ms;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.send<Answer>(path) as Promise<Answer>;
  }

  /** The parsed answer, or null for 204. Throws Refused or Unreachable. */
  async send<Answer>(path: string, call: Call = {}): Promise<Answer | null> {
    const method = call.method ?? 'GET';
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (method !== 'GET') {
      headers['X-CSRFToken'] = this.token();
      headers['Content-Type'] = 'application/json';
    }
    if (this.account) headers['X-Tagwork-Account'] = this.account;
    if (call.idempotencyKey) headers['Idempotency-Key'] = call.idempotencyKey;
    const body = method === 'GET' ? null : JSON.stringify(call.body ?? {});
    let response: Response;
    let text: string;
    try {
      response = await this.fetcher(this.base + path, {
        method,
        headers,
        credentials: 'same-origin',
        signal: call.signal ?? AbortSignal.timeout(TIMEOUT_MS),
        ...(body !== null && { body }),
        // A larger one would be refused by the browser itself; so it is at least tried while the page is there.
        ...(call.keepalive && body !== null && new Blob([body]).size < MOST_KEPT_ALIVE && { keepalive: true }),
      });
      text = await response.text();
    } catch (error) {
      throw new Unreachable(String(error));
    }
    this.told(Date.parse(response.headers.get('Date') ?? ''));
    if (response.status === 204) return null;
    const answer = parsed(text);
    if (response.ok) {
      // A captive portal answers 200 with a page of its own: that is no answer of our server.
      if (answer === undefined) throw new Unreachable('not JSON');
      return answer as Answer;
    }
    const wait = Number(response.headers.get('Retry-After') ?? '');
    throw new Refused(problem(answer, response.status), wait > 0 ? wait : null);
  }

  /** Presses a button of a page that is no part of the API (it answers with a redirect). Throws Unreachable. */
  async press(url: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const body = new URLSearchParams(fields);
    const headers = { 'X-CSRFToken': csrfToken() };
    const answer = await this.fetcher(url, { method: 'POST', body, headers, redirect: 'manual' }).catch(() => null);
    if (!answer || !(answer.ok || answer.type === 'opaqueredirect')) throw new Unreachable(url);
  }
}

/** The cookie is newer than the page when somebody signed in again in another tab. */
export function csrfToken(): string {
  const cookie = /(?:^|; )(?:__Host-csrf|tagwork_csrf)=([^;]+)/.exec(document.cookie)?.[1];
  return cookie ?? document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problem(answer: unknown, status: number): ProblemBody {
  const body = (typeof answer === 'object' && answer !== null ? answer : {}) as Partial<ProblemBody>;
  return {
    ...body,
    type: body.type ?? 'about:blank',
    title: body.title ?? '',
    status,
    code: body.code ?? (status === 401 ? 'unauthenticated' : `http_${status}`),
    detail: body.detail ?? '',
  };
}
