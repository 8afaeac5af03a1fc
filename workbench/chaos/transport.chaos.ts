/**
 * The fault runs of what keeps and sends, without a browser: the shelf over a storage in memory, drafts and outbox as
 * the page uses them, and a real server. CHAOS_WORLD names the file with the server's people, CHAOS_TOLD takes what was given.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { DraftKeeper } from '../src/app/drafts';
import { uuid } from '../src/app/uuid';
import type { TagAnnotation } from '../src/model/annotation';
import { Api } from '../src/transport/api';
import { Outbox } from '../src/transport/outbox';
import { sendOrphans } from '../src/transport/send-orphans';
import { type KeptDraft, openShelf, type Parcel, type Shelf } from '../src/transport/shelf';
import type { Assignment, Assignments, Claimed } from '../src/wire';
import { Device, type Line, one, over, type Random, seeded } from './device';

const OPTIONS = ['brick', 'grass', 'gravel'];
/** Waits of the outbox pass this much faster. */
const HASTE = 40;
const env = process.env;
const world = JSON.parse(readFileSync(env['CHAOS_WORLD']!, 'utf8'));
const origin: string = env['CHAOS_URL']!;
const [runs, seed] = [Number(env['N'] ?? 40), Number(env['SEED'] ?? 1)];

interface Given {
  answers: string[];
  is_sure: boolean;
  in_two_tabs: boolean;
}
interface Told {
  readonly given: Record<string, Given>;
  readonly counts: Record<string, number>;
  readonly faults: string[];
}

const rest = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

const labelOf = (draft: KeptDraft | null): string | undefined =>
  (draft?.annotations[0] as TagAnnotation | undefined)?.label;

/** A page that can be pulled out from under the person: from then on nothing of it reaches storage or line. */
class Page {
  isDead = false;
  private constructor(
    readonly id: string,
    readonly api: Api,
    readonly shelf: Shelf,
    readonly outbox: Outbox,
  ) {}

  static async open(
    device: Device,
    line: Line,
    account: string,
    cookie: string,
    random: Random,
    seen: (what: string) => void,
  ) {
    const id = uuid();
    const tabs = device.tabs(id);
    const fetcher = over(line, random, origin, cookie, seen);
    const living = (async (...call: Parameters<typeof fetch>) => {
      if (page.isDead) return new Promise<never>(() => undefined);
      const answer = await fetcher(...call);
      return page.isDead ? new Promise<never>(() => undefined) : answer;
    }) as typeof fetch;
    const api = new Api(undefined, living, account, () => 'c'.repeat(32));
    globalThis.indexedDB = device.storage as unknown as IDBFactory;
    const disk = await openShelf(account);
    const shelf = new Proxy(disk, {
      get: (target, name) => {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => (page.isDead ? new Promise(() => undefined) : value.apply(target, given));
      },
    });
    const outbox = new Outbox(
      shelf,
      tabs,
      ({ assignment, kind, body, key }) =>
        api.send(`/work/assignments/${assignment}/${kind}`, { method: 'POST', body, idempotencyKey: key }),
      () => undefined,
      {
        now: () => performance.now() * HASTE,
        random,
        after: (ms, run) => void setTimeout(() => page.isDead || run(), ms / HASTE),
      },
    );
    const page = new Page(id, api, shelf, outbox);
    tabs.hear((word) => {
      if (word.say === 'here' && !page.isDead) outbox.watch(word.tab);
    });
    await outbox.start();
    tabs.tell({ say: 'here', tab: id });
    return page;
  }

  kill(device: Device): void {
    this.isDead = true;
    device.kill(this.id);
  }
}

async function run(number: number, worker: { account: string; session: string }, told: Told): Promise<void> {
  const random = seeded(seed * 1_000_003 + number);
  const seen = (what: string) => {
    told.counts[what] = (told.counts[what] ?? 0) + 1;
    if (what.startsWith('WRONG')) told.faults.push(`${seed}/${number}: ${what}`);
  };
  const device = new Device();
  const line: Line = { rate: one(random, [0, 0.2, 0.5]), isOffline: false };
  const cookie = `${world.cookie}=${worker.session}; tagwork_csrf=${'c'.repeat(32)}`;
  const open = () => Page.open(device, line, worker.account, cookie, random, seen);
  const pages = [await open()];
  if (random() < 0.3) pages.push(await open());

  /** Every request of a person is tried a few times, as a person does. */
  const tried = async <Answer>(ask: () => Promise<Answer>): Promise<Answer | null> => {
    for (let attempt = 0; attempt < 6; attempt++) {
      try {
        return await ask();
      } catch {
        await rest(5);
      }
    }
    return null;
  };
  const task = async (page: Page): Promise<Assignment | null> => {
    const packed = new Set((await page.shelf.parcels()).map(({ assignment }) => assignment));
    const listed = await tried(() => page.api.get<Assignments>('/work/assignments?state=leased'));
    const mine = listed?.items.find(({ id, project_id }) => project_id === world.choice && !packed.has(id));
    if (mine) return mine;
    const path = `/work/projects/${world.choice}/claim`;
    const claimed = await tried(() => page.api.send<Claimed>(path, { method: 'POST', body: { count: 1 } }));
    return claimed?.assignments.find(({ id }) => !packed.has(id)) ?? null;
  };

  for (let answer = 0; answer < 1 + Math.floor(random() * 3); answer++) {
    const at = Math.floor(random() * pages.length);
    const page = pages[at]!;
    line.isOffline = false;
    const assignment = await task(page);
    if (!assignment) continue;
    line.isOffline = random() < 0.2;
    const option = one(random, OPTIONS);
    const given = told.given[assignment.id] ?? { answers: [], is_sure: true, in_two_tabs: false };
    told.given[assignment.id] = given;
    given.answers.push(option);
    given.is_sure = false;
    given.in_two_tabs ||= pages.length > 1;
    const annotations = [{ id: 't1', kind: 'tag', label: option, of: 'surface', tag: true }] as const;
    const kept = await page.shelf.draft(assignment.id);
    const keeper = new DraftKeeper(
      page.api,
      page.shelf,
      assignment.id,
      { revision: assignment.draft?.revision ?? 0, version: kept?.version ?? 0, other: null },
      () => ({ annotations, history: { number }, activeSeconds: 1, nothing: false }),
    );
    keeper.changed();
    await keeper.keep();
    const onDisk = await page.shelf.draft(assignment.id);
    if (labelOf(onDisk) !== option) told.faults.push(`${seed}/${number}: the draft is not on the shelf`);
    const dies = one(random, [null, null, 'before', 'at once', 'soon', 'later'] as const);
    if (dies === 'before') {
      page.kill(device);
      pages[at] = await open();
      const again = await pages[at]!.shelf.draft(assignment.id);
      if (labelOf(again) !== option) told.faults.push(`${seed}/${number}: a draft was lost with its page`);
      seen('killed before');
      continue;
    }
    keeper.close();
    const parcel: Parcel = {
      key: uuid(),
      assignment: assignment.id,
      project: world.choice,
      kind: 'submit',
      body: { annotations, nothing_to_mark: false, active_seconds: 3.2, next: 0 },
      createdAt: Date.now() + (random() - 0.5) * 6e8,
      attempts: 0,
      tab: page.id,
      draft: keeper.kept(),
      earnsMicros: 2_500,
      problem: null,
    };
    const posted = page.outbox.post(parcel, 800);
    if (dies === 'at once') {
      page.kill(device);
    } else {
      if (await posted) given.is_sure = true;
      else if (!given.in_two_tabs) told.faults.push(`${seed}/${number}: packed twice in one tab`);
      if (dies) {
        await rest(one(random, [0, 10, 25, 60]));
        page.kill(device);
      }
    }
    if (dies) {
      seen(`killed ${dies}`);
      pages[at] = await open();
    }
    if (random() < 0.2) {
      // The browser wakes the service worker, whoever else is at it.
      seen('background sync');
      const api = new Api(undefined, over(line, random, origin, cookie, seen), worker.account, () => 'c'.repeat(32));
      globalThis.indexedDB = device.storage as unknown as IDBFactory;
      await sendOrphans(await openShelf(worker.account), api, async (tab, act) => {
        if (!device.isAlive(tab)) await act();
      });
    }
    if (random() < 0.5) await pages[at]!.outbox.wake();
  }

  line.rate = 0;
  line.isOffline = false;
  for (const page of pages) page.kill(device);
  const last = await open();
  for (let look = 0; look < 400; look++) {
    await last.outbox.wake();
    if ((await last.shelf.parcels()).every(({ problem }) => problem !== null)) break;
    await rest(25);
  }
  for (const { problem, assignment } of await last.shelf.parcels()) {
    seen(`kept: ${problem?.code ?? 'waits'}`);
    const isFair = problem?.code === 'already_submitted' && told.given[assignment]?.in_two_tabs;
    if (!isFair) told.faults.push(`${seed}/${number}: ${assignment} still waits: ${problem?.code}`);
  }
  last.kill(device);
  seen('runs');
}

test('everything given arrives once', async () => {
  const told: Record<string, Told> = {};
  let next = 0;
  await Promise.all(
    (world.workers as { account: string; session: string }[]).map(async (worker) => {
      const mine: Told = { given: {}, counts: {}, faults: [] };
      told[worker.account] = mine;
      while (next < runs) {
        const number = next++;
        await run(number, worker, mine).catch((error: unknown) => {
          mine.faults.push(`${seed}/${number}: ${error}`);
        });
      }
    }),
  );
  writeFileSync(env['CHAOS_TOLD']!, JSON.stringify(told));
});
