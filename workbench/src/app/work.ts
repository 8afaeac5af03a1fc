/**
 * The desk of one worker in one project: takes tasks, shows one, sends answers behind the worker's back, and keeps the
 * next ones ready. The bet: an answer is safe on this device before anything is sent, so the next image never waits.
 */
import { batch, computed, effect, type Signal, signal, untracked } from '@preact/signals';
import { type Api, Refused } from '../transport/api';
import type { Outbox } from '../transport/outbox';
import type { KeptDraft, Parcel, Sending, Shelf } from '../transport/shelf';
import type { Tabs, Word } from '../transport/tabs';
import { Answer, type AnswerHistory, missing, needsEditor, oneTapGroup } from '../ui/answer';
import { prefetchFor } from '../ui/stage';
import { say } from '../ui/strings';
import type { BreakState, Held, Phase, SavedState, WorkDesk } from '../ui/work-desk';
import type { Assignment, Assignments, Claimed, FieldError, Guideline, Lease, SubmitBody, Submitted } from '../wire';
import {
  ActivityClock,
  BREAK_SECONDS,
  breakEnd,
  breakIsDue,
  freshStretch,
  maySnooze,
  type Stretch,
  snoozed,
  stretched,
} from './activity';
import type { DraftKeeper, Root } from './drafts';
import { uuid } from './uuid';

/** Half a second is too short to see a mistake, a second is felt as slowness. */
const UNDO_MS = 800;
const LEASE_WORD_SECONDS = 120;
const BEAT_SECONDS = 45;
const ACTIVE_WITHIN_MS = 120_000;
const LOOK_AGAIN_MS = 60_000;
const STRETCH_KEY = 'tagwork.stretch';
/** When the break ends: a reload does not end it, and the lease waits for as long. */
const BREAK_KEY = 'tagwork.break';

interface Open {
  readonly assignment: Assignment;
  readonly answer: Answer;
  readonly activity: ActivityClock;
  readonly keeper: DraftKeeper;
  stop(): void;
}

/** An answer to open in place of what the shelf or the server has. */
type Opening = Root & Pick<KeptDraft, 'annotations' | 'history' | 'activeSeconds' | 'nothing'>;

export interface WorkPlace {
  readonly projectId: string;
  readonly projectName: string;
  readonly backUrl: string;
  /** The account: what is kept on this device belongs to a person, not to a device. */
  readonly worker: string;
  /** What this person held when the page was made. */
  readonly leased: Assignments | null;
}

export class WorkSession implements WorkDesk {
  readonly projectName: string;
  readonly backUrl: string;
  readonly phase = signal<Phase>({ kind: 'opening' });
  readonly errors = signal<readonly FieldError[]>([]);
  readonly guideline = signal<Guideline | null>(null);
  readonly guidelineFailed = signal(false);
  readonly done = signal(0);
  readonly pendingMicros = signal(0);
  readonly told = signal(false);
  readonly leaseLeft = signal<number | null>(null);
  readonly leaseEnds = signal(false);
  readonly pause = signal<BreakState | null>(null);
  readonly undoable = signal<string | null>(null);

  readonly #open = signal<Open | null>(null);
  readonly #outbox: Signal<Outbox | null> = signal(null);
  readonly #offline = signal(!navigator.onLine);
  readonly #signedOut = signal(false);
  readonly saved = computed<SavedState>(() => this.#open.value?.keeper.state.value ?? 'none');
  readonly newerDraft = computed(() => !!this.#open.value?.keeper.newer.value);
  readonly otherDraft = computed(() => !!this.#open.value?.keeper.other.value);
  readonly offline = computed(() => this.#offline.value || !!this.#outbox.value?.lineDown.value);
  /** Once more than a moment: a word for every hiccup would only move the image. */
  readonly stuck = computed(() => this.#parcels.some(({ problem, attempts }) => problem === null && attempts > 1));
  readonly signedOut = computed(() => this.#signedOut.value || !!this.#outbox.value?.signedOut.value);
  readonly inTab = computed(() => !!this.#outbox.value?.inTab);
  readonly waiting = computed(() => this.#parcels.filter(({ problem }) => problem === null));
  readonly held = computed<readonly Held[]>(() =>
    this.#parcels.flatMap(({ key, createdAt, problem, kind, project }) =>
      problem === null
        ? []
        : [
            {
              key,
              createdAt,
              problem,
              fixable: kind === 'submit' && problem.code === 'invalid_annotations' && project === this.#projectId,
              over: problem.code === 'lease_over' && project === this.#projectId,
            },
          ],
    ),
  );

  readonly #projectId: string;
  readonly #worker: string;
  #keeping!: typeof import('./keeping');
  #shelf!: Shelf;
  #tabs!: Tabs;
  /** Answered on this device, perhaps in another tab: not to be shown again. */
  #packed = new Set<string>();
  #ahead: Assignment[] = [];
  #claiming = 0;
  /** Nothing is on the table, and an answer under way has asked for the next task. */
  readonly #awaiting = signal(false);
  #brought: Assignments | null;
  #leases = new Map<string, number>();
  /** Leases that a heartbeat did not lengthen: they are as long as one may be. */
  #longest = new Set<string>();
  /** Tasks that may have a draft on this device: those of earlier visits and those shown on this one. */
  #drafted = new Set<string>();
  #last: { key: string; assignment: Assignment; draft: KeptDraft } | null = null;
  /** A heartbeat was not answered. Not shown: a word that comes and goes would move the image under the hand. */
  #lost = false;
  #lastActiveMs = Date.now();
  #stretch: Stretch = freshStretch(Date.now());
  #undoTimer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  constructor(
    private readonly api: Api,
    { projectId, projectName, backUrl, worker, leased }: WorkPlace,
  ) {
    this.#projectId = projectId;
    this.#worker = worker;
    this.#brought = leased;
    this.projectName = projectName;
    this.backUrl = backUrl;
  }

  async start(): Promise<void> {
    this.#listen();
    const first = this.#firstTask();
    // It is awaited below; until then a refusal is not an unhandled one.
    first.catch(() => undefined);
    try {
      this.#keeping = await import('./keeping');
    } catch {
      this.phase.value = { kind: 'unreachable' };
      return;
    }
    const { openShelf, openTabs, Outbox } = this.#keeping;
    [this.#shelf, this.#tabs] = await Promise.all([openShelf(this.#worker), openTabs(this.#worker, uuid())]);
    const outbox = new Outbox(
      this.#shelf,
      this.#tabs,
      (parcel) => this.#deliver(parcel),
      (parcel, answer) => this.#delivered(parcel, answer),
    );
    this.#outbox.value = outbox;
    // A shelf that cannot be read must not keep anybody from working: the server knows what it has.
    this.#packed = new Set(await outbox.start().catch(() => []));
    this.#tabs.hear((word) => void this.#heard(word));
    this.#tabs.tell({ say: 'here', tab: this.#tabs.id });
    this.#drafted = new Set(await this.#shelf.draftIds().catch(() => []));
    effect(() => {
      // The answer that should have brought the next task was refused: ask for one by itself.
      if (this.#awaiting.value && this.#asked === 0) untracked(() => void this.#asking(() => this.#advance()));
    });
    effect(() => {
      // Without a task in hand a dead line is all there is to say.
      if (outbox.lineDown.value && this.phase.value.kind === 'opening') this.phase.value = { kind: 'unreachable' };
      if (outbox.signedOut.value && this.phase.value.kind === 'opening') this.phase.value = { kind: 'signed_out' };
    });
    await this.#begin(first);
  }

  async submit(): Promise<void> {
    const open = this.#open.value;
    if (!open || this.#busy) return;
    // What is begun belongs to the answer: it is ended, or the person says what becomes of it.
    const isOpen = open.answer.editor.value?.finish() === false;
    const errors = isOpen ? [{ code: 'unfinished', message: '' }] : await this.#wrong(open);
    this.errors.value = errors;
    const first = errors[0]?.annotation;
    if (first) open.answer.editor.value?.select([first]);
    if (errors.length > 0) return;
    await this.#submit(open, say.submitted);
  }

  async choose(option: string): Promise<void> {
    const open = this.#open.value;
    const group = open && oneTapGroup(open.assignment.schema);
    if (!open || !group || this.#busy) return;
    if (!open.answer.tagsOf(group.name).includes(option)) open.answer.toggleTag(group, option);
    await this.#submit(open, say.answered(option));
  }

  async submitNothing(): Promise<void> {
    const open = this.#open.value;
    if (!open || this.#busy || open.answer.marks.length > 0) return;
    open.answer.nothing.value = true;
    await this.submit();
  }

  async skip(reason: string): Promise<void> {
    await this.#send('skip', { reason }, say.skipped);
  }

  async flag(reason: string, note: string): Promise<void> {
    await this.#send('flag', { reason, note }, say.flagged);
  }

  async undoSend(): Promise<void> {
    const last = this.#last;
    if (!last || !(await this.#outbox.value?.recall(last.key, last.draft))) return;
    this.#clearUndo();
    this.done.value -= 1;
    await this.#reopen(last.assignment, { ...last.draft, nothing: false });
  }

  /** Puts a task on the table; the one that lies there waits behind it. */
  async #reopen(assignment: Assignment, from: Opening): Promise<void> {
    this.#packed.delete(assignment.id);
    const shown = this.#open.value;
    if (shown) {
      await this.#putAway(shown);
      this.#ahead.unshift(shown.assignment);
    }
    await this.#show(assignment, from);
  }

  async loadGuideline(): Promise<void> {
    if (this.guideline.value) return;
    this.guidelineFailed.value = false;
    try {
      this.guideline.value = await this.api.get<Guideline>(`/work/projects/${this.#projectId}/guideline`);
    } catch (error) {
      this.guidelineFailed.value = true;
      this.#noteSignOut(error);
    }
  }

  async acknowledge(): Promise<void> {
    const guideline = this.guideline.value;
    if (!guideline) return;
    await this.#asking(async () => {
      await this.api.send(`/work/projects/${this.#projectId}/guideline/acknowledge`, {
        method: 'POST',
        body: { version: guideline.version },
      });
      this.guideline.value = { ...guideline, acknowledged: true };
      await this.#claim();
    });
  }

  async retry(): Promise<void> {
    // Without what keeps an answer nobody shall begin one.
    if (!this.#keeping) return location.reload();
    this.#signedOut.value = false;
    this.#offline.value = !navigator.onLine;
    await this.#outbox.value?.wake();
    const { kind } = this.phase.value;
    if (kind === 'task' || kind === 'guideline') return;
    this.phase.value = { kind: 'opening' };
    await this.#begin(this.#firstTask());
  }

  async useNewerDraft(): Promise<void> {
    const open = this.#open.value;
    const annotations = open?.keeper.other.value;
    if (!open || !annotations) return;
    const mine = open.keeper.kept();
    await this.#putAway(open);
    // The one that is left stays in reach: the two have changed places.
    await this.#show(open.assignment, { ...mine, annotations, other: mine.annotations, history: null, nothing: false });
  }

  keepMyDraft(): void {
    this.#open.value?.keeper.keepMine();
  }

  async keepLease(): Promise<void> {
    const open = this.#open.value;
    if (open && !(await this.#heartbeat(open.assignment.id, {}))) this.#offline.value = true;
    this.#tick();
  }

  async takeBreak(): Promise<void> {
    const open = this.#open.value;
    open?.keeper.flush();
    open?.activity.rest(Date.now());
    const endsAt = Date.now() + BREAK_SECONDS * 1000;
    this.pause.value = { kind: 'on', maySnooze: false, endsAt };
    keep(BREAK_KEY, String(endsAt));
    await this.#heartbeatAll({ pause_seconds: BREAK_SECONDS });
  }

  snooze(): void {
    this.#stretch = snoozed(this.#stretch);
    this.#keepStretch();
    this.pause.value = null;
  }

  async endBreak(): Promise<void> {
    this.#stretch = freshStretch(Date.now());
    this.#keepStretch();
    keep(BREAK_KEY, '');
    this.pause.value = null;
    this.#lastActiveMs = Date.now();
    await this.#heartbeatAll({});
  }

  async resend(key: string): Promise<void> {
    await this.#outbox.value?.release(key);
  }

  fix(key: string): Promise<void> {
    return this.#takeBack('fix', key);
  }

  reclaim(key: string): Promise<void> {
    return this.#takeBack('reclaim', key);
  }

  /** Opens a kept answer again; the task on the table waits behind it. */
  #takeBack(how: 'fix' | 'reclaim', key: string): Promise<void> {
    return this.#asking(async () => {
      const outbox = this.#outbox.value!;
      const open = async (assignment: Assignment, draft: KeptDraft) => {
        this.#leases.set(assignment.id, Date.parse(assignment.lease_expires_at));
        await this.#reopen(assignment, draft);
      };
      const parcel = await this.#keeping[how]({ api: this.api, outbox, open }, key);
      this.errors.value = parcel?.problem?.errors ?? [];
    });
  }

  async forget(key: string): Promise<void> {
    await this.#outbox.value?.forget(key);
  }

  /** The last resort: what could not be sent, as a file the worker can show to support. */
  async exportHeld(): Promise<void> {
    this.#keeping.saveAsFile(this.#parcels.filter(({ problem }) => problem !== null));
  }

  async tellMe(): Promise<void> {
    await this.#asking(async () => {
      // The same button as on the project's card.
      await this.api.press('alert/', { wanted: 'on' });
      this.told.value = true;
    });
  }

  get #parcels(): readonly Parcel[] {
    return this.#outbox.value?.parcels.value ?? [];
  }

  /** Tasks on their way to us: asked for by answers that are still to be sent, or claimed this moment. */
  get #asked(): number {
    const mine = this.#parcels.filter(({ problem, project }) => problem === null && project === this.#projectId);
    return this.#claiming + mine.reduce((sum, { body }) => sum + ((body.next as number | undefined) ?? 0), 0);
  }

  async #leased(): Promise<readonly Assignment[]> {
    // Once: the page tells of the moment in which it was made.
    const brought = this.#brought;
    this.#brought = null;
    const listed = brought ?? (await this.api.get<Assignments>('/work/assignments?state=leased'));
    return listed.items.filter(({ project_id }) => project_id === this.#projectId);
  }

  /** Without a line, what this device keeps of the tasks one holds. */
  async #leasedOrKept(): Promise<readonly Assignment[]> {
    try {
      return await this.#leased();
    } catch (error) {
      const kept = await (await import('./keeping')).keptInstead(this.#projectId, error);
      this.#offline.value = true;
      return kept;
    }
  }

  /** What is still leased comes first; only then a new task. */
  async #firstTask(): Promise<readonly Assignment[]> {
    const mine = await this.#leasedOrKept();
    return mine.length > 0 ? mine : this.#take();
  }

  /** Drafts of this device whose lease has ended come next: inside the grace they still count. */
  async #takeOutlived(drafted: readonly string[], listed: readonly Assignment[]): Promise<void> {
    const lost = drafted.filter((id) => !this.#packed.has(id) && !listed.some((task) => task.id === id));
    if (lost.length === 0) return;
    const found = await this.#keeping.outlived(this.api, this.#shelf, lost, this.#projectId);
    const ready = this.#ahead.filter(({ id }) => !found.some((task) => task.id === id));
    this.#ahead = [];
    this.#add(found);
    this.#ahead.push(...ready);
    if (this.phase.value.kind === 'empty') await this.#showNext();
  }

  async #take(count = 1): Promise<readonly Assignment[]> {
    try {
      const path = `/work/projects/${this.#projectId}/claim`;
      return (await this.api.send<Claimed>(path, { method: 'POST', body: { count } }))?.assignments ?? [];
    } catch (error) {
      // Replies that were lost, or other tabs, have taken tasks for us: they are to be worked on first.
      const held = error instanceof Refused && error.code === 'lease_limit' ? await this.#leased() : [];
      const fresh = held.filter(({ id }) => !this.#packed.has(id));
      if (fresh.length === 0) throw error;
      return fresh;
    }
  }

  async #begin(tasks: Promise<readonly Assignment[]>): Promise<void> {
    await this.#asking(async () => {
      let listed = await tasks;
      // An answer that arrived since this page was asked for, from one that is gone, is neither in the list nor on the shelf.
      if (this.#keeping.lastAnswered() > this.api.now() - performance.now() - 1_000) listed = await this.#firstTask();
      // Once they are shown they are not lost.
      const before = new Set(this.#drafted);
      this.#add(listed);
      await this.#advance();
      void this.#takeOutlived([...before], listed).catch(() => undefined);
    });
  }

  async #claim(): Promise<void> {
    this.phase.value = { kind: 'opening' };
    await this.#asking(async () => {
      this.#add(await this.#take());
      if (!(await this.#showNext())) this.#rest({ kind: 'empty' });
    });
  }

  /** Runs a request of the page itself; a refusal becomes the phase that tells the way out. */
  async #asking(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!isRefusal(error)) {
        if (!this.#open.value) this.#rest({ kind: 'unreachable' });
        this.#offline.value = true;
      } else if (error.status === 401) {
        this.#signedOut.value = true;
        if (!this.#open.value) this.#rest({ kind: 'signed_out' });
      } else if (error.code === 'guideline_unread') {
        this.guideline.value = null;
        await this.loadGuideline();
        this.#rest({ kind: 'guideline' });
      } else {
        this.#rest({ kind: 'refused', problem: error.problem });
      }
    }
  }

  #noteSignOut(error: unknown): void {
    if (error instanceof Refused && error.status === 401) this.#signedOut.value = true;
  }

  #rest(phase: Phase): void {
    batch(() => {
      this.#open.value = null;
      this.phase.value = phase;
      this.leaseLeft.value = null;
    });
  }

  #add(tasks: readonly Assignment[]): void {
    for (const task of tasks) {
      this.#leases.set(task.id, Date.parse(task.lease_expires_at));
      if (this.#packed.has(task.id)) continue;
      const known = task.id === this.#open.value?.assignment.id || this.#ahead.some(({ id }) => id === task.id);
      if (!known) this.#ahead.push(task);
    }
  }

  async #advance(): Promise<void> {
    this.#awaiting.value = false;
    if (await this.#showNext()) return;
    if (this.#asked > 0) {
      this.#rest({ kind: this.offline.value ? 'unreachable' : 'opening' });
      this.#awaiting.value = true;
    } else {
      await this.#claim();
    }
  }

  /** False when none is ready. One that is of no use any more is passed over. */
  async #showNext(): Promise<boolean> {
    const isLive = ({ id }: Assignment) => (this.#leases.get(id) ?? 0) + this.#keeping.GRACE_MS > this.api.now();
    this.#ahead = this.#ahead.filter(isLive);
    const next = this.#ahead.shift();
    if (next) await this.#show(next);
    return !!next;
  }

  /** `asKept`: it is on the shelf just so, and need not be written again. */
  async #show(assignment: Assignment, from?: Opening, asKept = false): Promise<void> {
    // Reading waits for the parcel that is being written, so it is not done for nothing.
    const local =
      from || !this.#drafted.has(assignment.id) ? null : await this.#shelf.draft(assignment.id).catch(() => null);
    this.#drafted.add(assignment.id);
    const { DraftKeeper, equip, opened } = this.#keeping;
    const which = opened(local, assignment.draft);
    const start = from ?? (which === 'local' || which === 'ask' ? local : null);
    const picture = assignment.images[0];
    if (!picture) throw new Error('a task without an image');
    const { suggestions } = assignment;
    const begun = start?.annotations ?? assignment.draft?.annotations ?? null;
    // What a draft notes of help is understood by the same code.
    const notes = begun ? begun.some(({ suggestion, assist }) => suggestion ?? assist) : suggestions;
    const proposals = notes
      ? await import('../model/proposals').catch((error) => {
          // It is still ours, and comes again with the line.
          this.#ahead.unshift(assignment);
          throw error;
        })
      : null;
    const answer = new Answer(
      assignment.schema,
      picture,
      begun ?? proposals?.proposed(suggestions) ?? [],
      (start?.history as AnswerHistory | null | undefined) ?? null,
    );
    answer.nothing.value = start?.nothing ?? false;
    equip(answer, this.api, assignment);
    const activity = new ActivityClock(start?.activeSeconds ?? 0);
    const revision = Math.max(
      local?.revision ?? 0,
      which === 'ask' ? 0 : (assignment.draft?.revision ?? 0),
      from?.revision ?? 0,
    );
    const keeper = new DraftKeeper(
      this.api,
      this.#shelf,
      assignment.id,
      { revision, version: (from ?? local)?.version ?? 0, other: start?.other ?? null },
      () => ({
        annotations: answer.all.value,
        history: answer.history(),
        activeSeconds: activity.seconds(Date.now()),
        nothing: answer.nothing.value,
        project: this.#projectId,
        until: (this.#leases.get(assignment.id) ?? 0) + this.#keeping.GRACE_MS,
      }),
      (what) => {
        if (what === 'packed') void this.#gone(assignment.id);
        else this.#tabs.tell({ say: what, assignment: assignment.id });
      },
    );
    if (which === 'ask' && assignment.draft) keeper.ask(assignment.draft.annotations, assignment.draft.revision);
    const stop = effect(() => {
      if (answer.changes.value === 0) return;
      untracked(() => {
        keeper.changed();
        if (this.errors.value.length > 0) this.errors.value = [];
      });
    });
    activity.touch(Date.now());
    batch(() => {
      this.errors.value = [];
      this.#open.value = { assignment, answer, activity, keeper, stop };
      this.phase.value = { kind: 'task', assignment, answer };
    });
    if (from && !asKept) keeper.changed();
    this.#tick();
    void this.#topUp();
  }

  /** Keeps tasks ready behind the one on the table, with their images loaded. */
  async #topUp(): Promise<void> {
    const open = this.#open.value;
    if (!open) return;
    // The line belongs to the image that is looked for now.
    await this.#inSight(open);
    if (this.#open.value !== open) return;
    open.keeper.foldAhead();
    // A tap takes a second or two: with one in hand the next answer could come before the next task.
    const wanted = oneTapGroup(open.assignment.schema) ? 2 : 1;
    const lack = wanted - this.#ahead.length - this.#asked;
    if (lack > 0) {
      this.#claiming += lack;
      try {
        this.#add(await this.#take(lack));
      } catch (error) {
        this.#noteSignOut(error);
      } finally {
        this.#claiming -= lack;
      }
      if (this.#awaiting.value) await this.#asking(() => this.#advance());
    }
    for (const { images, schema } of this.#ahead) {
      if (images[0]) await prefetchFor(schema, images[0]);
    }
    if (!this.guideline.value) await this.loadGuideline();
    await this.#keeping
      .settleIn(this.#worker, [open.assignment, ...this.#ahead], this.#leases, this.api.now())
      .catch(() => undefined);
  }

  /** Resolves when the image of this task is there, or the task has gone. */
  #inSight(open: Open): Promise<void> {
    return new Promise((resolve) => {
      const stop = effect(() => {
        if (this.#open.value === open && !open.answer.ready.value) return;
        resolve();
        queueMicrotask(() => stop());
      });
    });
  }

  async #wrong(open: Open): Promise<readonly FieldError[]> {
    const { answer, assignment } = open;
    const annotations = answer.finished;
    const groups = missing(assignment.schema, annotations).map((group) => ({
      path: group,
      code: 'required',
      message: say.chooseFirst(group),
    }));
    if (groups.length > 0) return groups;
    if (annotations.length === 0 && !answer.nothing.value) {
      return [{ code: 'empty', message: assignment.schema.allow_nothing ? say.markFirst : say.answerFirst }];
    }
    if (!needsEditor(assignment.schema)) return [];
    // Without a line this code may not come. The server checks again, and an answer must never wait for a courtesy.
    const check = await import('./check').catch(() => null);
    return (await check?.problems(assignment.schema, answer.picture, annotations, answer.nothing.value)) ?? [];
  }

  async #submit(open: Open, spoken: string): Promise<void> {
    const wanted = oneTapGroup(open.assignment.schema) ? 2 : 1;
    const next = Math.max(0, wanted + 1 - this.#ahead.length - this.#asked);
    const body: SubmitBody = {
      annotations: open.answer.finished,
      assists: open.answer.assists,
      nothing_to_mark: open.answer.nothing.value,
      active_seconds: open.activity.seconds(Date.now()),
      next,
    };
    await this.#send('submit', { ...body }, spoken);
  }

  async #send(kind: Sending, body: Record<string, unknown>, spoken: string): Promise<void> {
    const open = this.#open.value;
    const outbox = this.#outbox.value;
    if (!open || !outbox || this.#busy) return;
    this.#busy = true;
    try {
      // The one before can no longer be undone: only the last step is.
      if (this.#last) void outbox.release(this.#last.key);
      const draft = open.keeper.kept();
      this.#close(open);
      const { assignment } = open;
      const { id, pay } = assignment;
      const parcel: Parcel = {
        key: uuid(),
        assignment: id,
        project: this.#projectId,
        kind,
        body,
        createdAt: this.api.now(),
        attempts: 0,
        tab: this.#tabs.id,
        draft,
        earnsMicros:
          kind === 'skip'
            ? 0
            : kind === 'flag'
              ? pay.base_micros
              : Math.min(pay.max_micros, pay.base_micros + pay.object_micros * open.answer.marks.length),
        problem: null,
      };
      this.#packed.add(id);
      // Not awaited: the disk takes its time, and until it has the parcel it still has the draft.
      void outbox.post(parcel, UNDO_MS).then((isFirst) => {
        void this.#keeping.answerWaits(assignment);
        if (isFirst) this.#tabs.tell({ say: 'packed', assignment: id });
        else this.done.value -= 1;
      });
      this.#last = { key: parcel.key, assignment: open.assignment, draft };
      this.done.value += 1;
      this.undoable.value = spoken;
      clearTimeout(this.#undoTimer);
      this.#undoTimer = setTimeout(() => this.#clearUndo(), UNDO_MS);
      this.#open.value = null;
      await this.#asking(() => this.#advance());
    } finally {
      this.#busy = false;
    }
  }

  async #heard(word: Word): Promise<void> {
    if (word.say === 'here') return this.#outbox.value?.watch(word.tab);
    if (word.say === 'packed') return this.#gone(word.assignment);
    this.#drafted.add(word.assignment);
    const open = this.#open.value;
    if (open?.assignment.id !== word.assignment || !open.keeper.idle) return;
    const draft = await this.#shelf.draft(word.assignment);
    if (!draft || this.#open.value !== open || !open.keeper.idle) return;
    this.#close(open);
    await this.#show(open.assignment, draft, true);
  }

  /** Answered in another tab. */
  async #gone(id: string): Promise<void> {
    this.#packed.add(id);
    this.#ahead = this.#ahead.filter((task) => task.id !== id);
    const open = this.#open.value;
    if (open?.assignment.id !== id || this.#busy) return;
    this.#close(open);
    this.#open.value = null;
    await this.#asking(() => this.#advance());
  }

  #clearUndo(): void {
    this.undoable.value = null;
    this.#last = null;
  }

  /** Leaves a task for later; its draft stays. */
  async #putAway(open: Open): Promise<void> {
    await open.keeper.keep();
    this.#close(open);
  }

  #close(open: Open): void {
    open.stop();
    open.activity.rest(Date.now());
    open.keeper.close();
  }

  #deliver({ assignment, kind, body, key }: Parcel): Promise<unknown> {
    return this.api.send(`/work/assignments/${assignment}/${kind}`, { method: 'POST', body, idempotencyKey: key });
  }

  #delivered(parcel: Parcel, answer: unknown): void {
    this.#offline.value = false;
    this.#leases.delete(parcel.assignment);
    this.#keeping.answerArrived(parcel.project, parcel.assignment).catch(() => undefined);
    if (this.#last?.key === parcel.key) this.#clearUndo();
    if (parcel.kind === 'submit') {
      const { submission, next } = answer as Submitted;
      this.pendingMicros.value += submission.amount_micros;
      // An answer that is repeated much later brings tasks along whose time is over.
      const live = next.filter(({ lease_expires_at }) => Date.parse(lease_expires_at) > this.api.now());
      if (parcel.project === this.#projectId) this.#add(live);
    }
    if (this.#awaiting.value) void this.#asking(() => this.#advance());
    else void this.#topUp();
  }

  #listen(): void {
    const active = (event: Event) => {
      const now = Date.now();
      if (this.pause.value?.kind === 'on') return;
      if (now - this.#lastActiveMs >= 1_000) {
        this.#lastActiveMs = now;
        this.#open.value?.activity.touch(now);
        this.#stretch = stretched(this.#stretch, now);
        this.#keepStretch();
      }
      // Never in the middle of a stroke.
      const drawing = event instanceof MouseEvent && event.buttons !== 0;
      if (breakIsDue(this.#stretch) && !this.pause.value && !drawing) {
        this.pause.value = { kind: 'offered', maySnooze: maySnooze(this.#stretch), endsAt: 0 };
      }
    };
    for (const name of ['pointerdown', 'pointermove', 'pointerup', 'keydown', 'wheel']) {
      window.addEventListener(name, active, { passive: true, capture: true });
    }
    document.addEventListener('visibilitychange', () => {
      const open = this.#open.value;
      if (document.visibilityState === 'hidden') {
        open?.keeper.flush();
        open?.activity.rest(Date.now());
      } else {
        open?.activity.touch(Date.now());
        this.#comeBack();
      }
    });
    window.addEventListener('pagehide', () => this.#open.value?.keeper.flush());
    window.addEventListener('focus', () => this.#comeBack());
    window.addEventListener('offline', () => {
      this.#offline.value = true;
    });
    window.addEventListener('online', () => {
      this.#offline.value = false;
      this.#comeBack();
    });
    try {
      const kept = localStorage.getItem(STRETCH_KEY);
      if (kept) this.#stretch = stretched(JSON.parse(kept) as Stretch, Date.now());
      const endsAt = breakEnd(localStorage.getItem(BREAK_KEY), Date.now());
      if (endsAt) this.pause.value = { kind: 'on', maySnooze: false, endsAt };
    } catch {
      // A broken note only costs one reminder.
    }
    setInterval(() => this.#tick(), 1_000);
    setInterval(() => {
      if (document.visibilityState !== 'visible') return;
      const { kind } = this.phase.value;
      if (kind === 'empty' || kind === 'unreachable') void this.#lookAgain();
    }, LOOK_AGAIN_MS);
    this.#beat();
  }

  /** The line, or the person who signed in elsewhere, may be back. */
  #comeBack(): void {
    const { kind } = this.phase.value;
    this.#open.value?.keeper.sendSoon();
    // Away for longer than a beat: what is held may be held no more.
    if (this.pause.value?.kind !== 'on' && Date.now() - this.#lastActiveMs > BEAT_SECONDS * 1000) {
      void this.#heartbeatAll({});
    }
    void (kind === 'unreachable' || kind === 'signed_out' ? this.retry() : this.#outbox.value?.wake());
  }

  async #lookAgain(): Promise<void> {
    const look = async () => {
      this.#add(await this.#take());
      this.#heardAgain();
      // The server that was lost has answered: there is nothing now.
      if (!(await this.#showNext()) && this.phase.value.kind === 'unreachable') this.#rest({ kind: 'empty' });
    };
    if (this.phase.value.kind === 'unreachable') return this.#asking(look);
    // Quietly: an empty desk must not flicker each minute.
    await look().catch((error) => this.#noteSignOut(error));
  }

  /** A server that was lost answers: what waits need not wait for its next turn. */
  #heardAgain(): void {
    if (!this.offline.value && !this.#lost) return;
    this.#lost = false;
    this.#offline.value = false;
    this.#open.value?.keeper.sendSoon();
    void this.#outbox.value?.wake();
  }

  /** Beats while the page is seen and somebody is at it; a lease nobody works on shall end. */
  #beat(): void {
    const seconds = this.#open.value?.assignment.heartbeat_seconds ?? BEAT_SECONDS;
    setTimeout(() => {
      const busy = Date.now() - this.#lastActiveMs < ACTIVE_WITHIN_MS;
      if (document.visibilityState === 'visible' && busy && this.pause.value?.kind !== 'on') {
        void this.#heartbeatAll({});
      }
      this.#beat();
    }, seconds * 1000);
  }

  async #heartbeatAll(body: object): Promise<void> {
    const ids = [this.#open.value?.assignment.id, ...this.#ahead.map(({ id }) => id)];
    for (const id of ids) if (id) await this.#heartbeat(id, body);
  }

  /** False when no answer came. */
  async #heartbeat(id: string, body: object): Promise<boolean> {
    try {
      const answer = await this.api.send<Lease>(`/work/assignments/${id}/heartbeat`, {
        method: 'POST',
        body,
      });
      if (answer?.lease_expires_at) {
        const until = Date.parse(answer.lease_expires_at);
        if (until > (this.#leases.get(id) ?? 0)) this.#longest.delete(id);
        else this.#longest.add(id);
        this.#leases.set(id, until);
      }
      this.#heardAgain();
      return true;
    } catch (error) {
      this.#lost ||= !isRefusal(error);
      this.#noteSignOut(error);
      if (error instanceof Refused && (error.status === 410 || error.status === 409)) {
        this.#leases.set(id, 0);
        this.#ahead = this.#ahead.filter((task) => task.id !== id);
      }
      return isRefusal(error);
    }
  }

  #tick(): void {
    const open = this.#open.value;
    const expires = open && this.#leases.get(open.assignment.id);
    if (expires === null || expires === undefined) {
      this.leaseLeft.value = null;
      return;
    }
    this.leaseEnds.value = !!open && this.#longest.has(open.assignment.id);
    const left = Math.ceil((expires - this.api.now()) / 1000);
    this.leaseLeft.value = left > LEASE_WORD_SECONDS ? null : Math.max(0, left);
  }

  #keepStretch(): void {
    keep(STRETCH_KEY, JSON.stringify(this.#stretch));
  }
}

/** Not what a proxy says for a server that is down: that passes by itself, as no answer does. */
const isRefusal = (error: unknown): error is Refused => error instanceof Refused && error.status <= 500;

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be full or forbidden; the reminder then counts from the reload.
  }
}
