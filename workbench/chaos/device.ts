/** A device without a screen: storage that outlives tabs, locks that die with them, and a line that fails by the seed. */
import { IDBFactory } from 'fake-indexeddb';
import type { Tabs, Word } from '../src/transport/tabs';

export type Random = () => number;

/** mulberry32 (T. Ettinger): 32 bits of state are enough to draw faults. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const one = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;

export class Device {
  readonly storage = new IDBFactory();
  readonly #alive = new Map<string, { listen: (word: Word) => void; die: () => void; readonly dead: Promise<void> }>();
  readonly #waiting: { id: string; tab: string; act: () => Promise<void> }[] = [];
  #turn = Promise.resolve();

  tabs(id: string): Tabs {
    let die = () => {};
    const dead = new Promise<void>((done) => {
      die = done;
    });
    const mine = { listen: (_word: Word) => {}, die, dead };
    this.#alive.set(id, mine);
    return {
      id,
      tell: (word) => {
        for (const [other, { listen }] of this.#alive) if (other !== id) setTimeout(() => listen(word), 1);
      },
      hear: (listen) => {
        mine.listen = listen;
      },
      whenGone: (tab, act) => {
        if (this.#alive.has(tab)) this.#waiting.push({ id, tab, act });
        else this.#next(id, act);
      },
    };
  }

  isAlive(tab: string): boolean {
    return this.#alive.has(tab);
  }

  kill(tab: string): void {
    this.#alive.get(tab)?.die();
    this.#alive.delete(tab);
    for (const each of this.#waiting.splice(0)) {
      if (each.tab === tab) this.#next(each.id, each.act);
      else this.#waiting.push(each);
    }
  }

  /** One holder of a lock at a time; a holder that dies lets go. */
  #next(id: string, act: () => Promise<void>): void {
    const held = async () => {
      const holder = this.#alive.get(id);
      if (holder) await Promise.race([act(), holder.dead]);
    };
    this.#turn = this.#turn.then(held).catch(() => undefined);
  }
}

export const FAULTS = [
  'cut',
  'lost',
  '503',
  '503 after',
  'twice',
  'twice at once',
  '401',
  'proxy page',
  'slow',
] as const;

export interface Line {
  /** Share of requests that meet a fault. */
  rate: number;
  isOffline: boolean;
}

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ type: '', title: '', status, code, detail: '' }), { status });

/** `fetch` over that line, in the name of one session; `seen` is told what happened. */
export function over(
  line: Line,
  random: Random,
  origin: string,
  cookie: string,
  seen: (what: string) => void,
): typeof fetch {
  const send = (path: string, init: RequestInit): Promise<Response> =>
    fetch(origin + path, { ...init, headers: { ...(init.headers as Record<string, string>), Cookie: cookie } });
  const whole = async (answer: Response) => ({ status: answer.status, text: await answer.text() });

  return (async (input: string, init: RequestInit) => {
    if (line.isOffline) throw new TypeError('offline');
    if (random() >= line.rate) return send(input, init);
    const fault = one(random, FAULTS);
    seen(fault);
    switch (fault) {
      case 'cut':
        throw new TypeError('cut before the server');
      case 'lost':
        await whole(await send(input, init));
        throw new TypeError('cut after the server');
      case '503':
        return new Response('<html>no', { status: 503, headers: { 'Retry-After': '1' } });
      case '503 after':
        await whole(await send(input, init));
        return new Response('<html>no', { status: 503 });
      case '401':
        return problem(401, 'unauthenticated');
      case 'proxy page':
        return new Response('<html>Welcome to our wifi', { status: one(random, [200, 403, 404]) });
      case 'slow':
        await new Promise((done) => setTimeout(done, 100));
        return send(input, init);
      case 'twice': {
        const [first, second] = [await whole(await send(input, init)), await send(input, init)];
        const again = await whole(second.clone());
        const isKeyed = 'Idempotency-Key' in (init.headers as Record<string, string>);
        if (isKeyed && first.status < 300 && first.text !== again.text) seen('WRONG: a replay differs');
        return second;
      }
      case 'twice at once':
        return one(random, await Promise.all([send(input, init), send(input, init)]));
    }
  }) as typeof fetch;
}
