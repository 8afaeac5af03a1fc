/** The moderator's desk: one case after the other, each verdict by hand and each rejection with its evidence. */
import { computed, signal } from '@preact/signals';
import type { Bounds } from '../geometry/box';
import type { Annotation } from '../model/annotation';
import { withNotes } from '../model/proposals';
import type { LabelSchema } from '../model/schema';
import type { Overlay } from '../render/editor';
import { kindsOf, loadKinds } from '../shapes';
import type { Api } from '../transport/api';
import { Answer } from '../ui/answer';
import type { CaseView, CompareLook, Decision, Finding, Lack, ReviewDesk, ReviewPhase } from '../ui/review-desk';
import { words } from '../ui/strings-pages';
import { reviewWords } from '../ui/strings-review';
import type { CaseKind, Comment, Mark, Queue, QueueItem, Reference, ReviewedAppeal, ReviewedSubmission } from '../wire';
import { Asking } from './asking';
import { boundsOfMark, findings, ghosts, marked, pinned } from './compare';
import { uuid } from './uuid';

/** What the moderator draws with: one box, wherever the fault is. */
const MARK_SCHEMA: LabelSchema = { labels: [{ name: words.mark, kinds: ['box'], color: '#d55e00' }] };

/** Each mark is a comment; its text is kept beside it. */
const PIN_SCHEMA: LabelSchema = {
  labels: [{ name: reviewWords.comment, kinds: ['point', 'box'], color: '#cc79a7' }],
};

/** The reason a finding speaks for, where the moderator has not chosen one. */
const REASONS: Record<Finding['outcome'], string> = {
  missed: 'missed_object',
  extra: 'extra_object',
  loose: 'imprecise_shape',
  wrong: '',
  fits: '',
};

const PATHS: Record<CaseKind, string> = {
  submission: 'submissions',
  flag: 'flags',
  appeal: 'appeals',
  report: 'reports',
};

export class ReviewRun implements ReviewDesk {
  readonly #asking = new Asking();
  readonly phase = signal<ReviewPhase>({ kind: 'opening' });
  readonly problem = this.#asking.problem;
  readonly busy = this.#asking.busy;
  readonly decision = signal<Decision | null>(null);
  readonly reason = signal('');
  readonly clause = signal('');
  readonly note = signal('');
  readonly sentCount = signal(0);
  #attempt = { said: '', key: '' };
  readonly counts = signal<Readonly<Record<CaseKind, number>> | null>(null);
  /** Cases the moderator passed over on this visit. */
  readonly #passed = new Set<string>();

  readonly chosen = signal(0);
  readonly look = signal<CompareLook>('own');
  readonly at = signal<number | null>(null);
  readonly pinning = signal(false);
  readonly comments = signal<Readonly<Record<string, string>>>({});

  readonly mark = computed<Mark | null>(() => {
    const box = this.#view.value?.marking?.drawn.value.at(-1);
    return box?.kind === 'box' ? { box: box.box } : null;
  });

  readonly references = computed<readonly Reference[]>(() => {
    const phase = this.phase.value;
    return (phase.kind === 'case' ? phase.submission?.references : null) ?? [];
  });

  readonly findings = computed<readonly Finding[]>(() => {
    const phase = this.phase.value;
    const reference = this.references.value[this.chosen.value];
    if (phase.kind !== 'case' || !phase.submission || !phase.view.shown || !reference) return [];
    return findings(reference.annotations, phase.submission.annotations, phase.view.shown.picture);
  });

  readonly overlays = computed<readonly Overlay[]>(() => {
    const reference = this.references.value[this.chosen.value];
    const pointed = this.findings.value[this.at.value ?? -1];
    const look = this.look.value;
    return [
      ...(this.#view.value?.overlays ?? []),
      ...(reference && look === 'expected' ? ghosts(reference.annotations) : []),
      ...(look === 'difference' ? this.findings.value.flatMap(({ overlays }) => overlays) : []),
      ...(pointed && look !== 'own' ? [marked({ ...pointed.mark, box: [...pointed.mark.box] }, pointed.label)] : []),
      ...pinned(this.#pins.value),
    ];
  });

  readonly hidden = computed<readonly string[]>(() =>
    this.look.value === 'expected' ? (this.#view.value?.shown?.drawn.value.map(({ id }) => id) ?? []) : [],
  );

  readonly place = computed<Bounds | null>(() => {
    const pointed = this.findings.value[this.at.value ?? -1];
    return pointed ? boundsOfMark(pointed.mark) : null;
  });

  readonly #view = computed<CaseView | null>(() => {
    const phase = this.phase.value;
    return phase.kind === 'case' ? phase.view : null;
  });

  /** The comments in the order they were set. */
  readonly #pins = computed<readonly Comment[]>(() =>
    (this.#view.value?.pinning?.drawn.value ?? []).flatMap((pin): Comment[] => {
      const text = (this.comments.value[pin.id] ?? '').trim();
      if (pin.kind === 'box') return [{ mark: { box: pin.box, image: 0 }, text }];
      return pin.kind === 'point' ? [{ mark: { point: pin.point, image: 0 }, text }] : [];
    }),
  );

  /** Names of what a decision still needs, in the order of the form. */
  readonly lacking = computed<readonly Lack[]>(() => {
    const phase = this.phase.value;
    const decision = this.decision.value;
    if (phase.kind !== 'case') return [];
    const uncommented = this.#pins.value.some(({ text }) => text === '') ? (['comment'] as const) : [];
    if (decision === null || decision === 'yes') return uncommented;
    if (phase.item.kind !== 'submission') return this.note.value.trim() === '' ? ['note'] : [];
    if (decision === 'fix') return [...(phase.view.fixing?.changes.value ? [] : (['change'] as const)), ...uncommented];
    return [
      ...(this.reason.value === '' ? (['reason'] as const) : []),
      ...(this.clause.value === '' ? (['clause'] as const) : []),
      ...(this.mark.value === null ? (['mark'] as const) : []),
      ...uncommented,
    ];
  });

  constructor(
    private readonly api: Api,
    private readonly first: { readonly kind: CaseKind; readonly id: string } | null,
  ) {}

  async start(): Promise<void> {
    const { first } = this;
    if (!first) return this.next();
    await this.#asking.run(() =>
      this.#open({ ...first, project: null, task_type: null, submitted_at: '', due_at: null }),
    );
  }

  /** The next case of the queue; the one on the table, if undecided, is passed over for now. */
  async next(): Promise<void> {
    const phase = this.phase.value;
    if (phase.kind === 'case') this.#passed.add(phase.item.id);
    await this.#asking.run(async () => {
      const item = await this.#waiting();
      if (item) await this.#open(item);
      else this.phase.value = { kind: 'empty' };
    });
  }

  /** The first that was not passed over on this visit, however many pages before it were; null when nothing waits. */
  async #waiting(): Promise<QueueItem | null> {
    let first: QueueItem | null = null;
    let after = '';
    do {
      const queue = await this.api.get<Queue>(`/moderation/queue${after && `?after=${encodeURIComponent(after)}`}`);
      this.counts.value = queue.counts;
      for (const item of queue.items) {
        // Reports have a page of their own.
        if (item.kind === 'report') continue;
        if (!this.#passed.has(item.id)) return item;
        first ??= item;
      }
      after = queue.next ?? '';
    } while (after);
    // Everything was passed over once: begin again, rather than claim that there is nothing.
    this.#passed.clear();
    return first;
  }

  decide(decision: Decision): void {
    const phase = this.phase.value;
    if (phase.kind !== 'case') return;
    if (decision === 'fix' && !phase.view.fixing) return;
    this.pinning.value = false;
    this.decision.value = decision;
    if (phase.item.kind === 'submission' && decision === 'yes') void this.send();
  }

  cancel(): void {
    if (this.pinning.value) this.pinning.value = false;
    else this.decision.value = null;
  }

  compareWith(reference: number): void {
    this.chosen.value = reference;
    this.at.value = null;
  }

  show(finding: number): void {
    this.at.value = finding;
    if (this.look.value === 'own') this.look.value = 'difference';
  }

  step(by: 1 | -1): void {
    const differing = this.findings.value.filter(({ outcome }) => outcome !== 'fits').length;
    if (differing === 0) return;
    const from = this.at.value ?? (by === 1 ? -1 : 0);
    this.show((from + by + differing) % differing);
  }

  rejectAt(finding: number): void {
    const found = this.findings.value[finding];
    const phase = this.phase.value;
    if (!found || phase.kind !== 'case' || !phase.view.marking) return;
    this.show(finding);
    this.#markBox([...found.mark.box]);
    const known = phase.submission?.reason_codes.some(({ code }) => code === REASONS[found.outcome]);
    if (this.reason.value === '' && known) this.reason.value = REASONS[found.outcome];
    this.decide('no');
  }

  markWhole(): void {
    const { width, height } = this.#view.value?.marking?.picture ?? { width: 0, height: 0 };
    this.#markBox([0, 0, width, height]);
  }

  #markBox(box: [number, number, number, number]): void {
    const marking = this.#view.value?.marking;
    if (!marking) return;
    const mark: Annotation = { id: '1', kind: 'box', label: words.mark, box };
    marking.editor.value?.setAnnotations([mark]);
    marking.drew([mark], 'create');
  }

  async send(): Promise<void> {
    const phase = this.phase.value;
    const decision = this.decision.value;
    if (phase.kind !== 'case' || decision === null) return;
    if (this.lacking.value.length > 0) {
      // An approval is sent by one key: what holds it up is a comment without a text.
      if (decision === 'yes') this.decision.value = null;
      this.pinning.value ||= this.lacking.value[0] === 'comment';
      return;
    }
    const { item } = phase;
    const path = `/moderation/${PATHS[item.kind]}/${encodeURIComponent(item.id)}`;
    const body = this.#body(item.kind, decision);
    // The same once more, after a reply that was lost, is the same request: it is given the first answer.
    const said = path + JSON.stringify(body);
    if (this.#attempt.said !== said) this.#attempt = { said, key: uuid() };
    const sent = await this.#asking.run(async () => {
      await this.api.send(item.kind === 'submission' ? `${path}/verdict` : path, {
        method: 'POST',
        body,
        idempotencyKey: this.#attempt.key,
      });
    });
    if (!sent) return;
    this.sentCount.value += 1;
    await this.next();
  }

  #body(kind: CaseKind, decision: Decision): object {
    const note = this.note.value.trim();
    if (kind === 'submission') {
      const comments = this.#pins.value;
      if (decision === 'yes') return { verdict: 'approved', comments };
      if (decision === 'fix') return { verdict: 'approved', note, comments, corrected: this.#corrected() };
      return {
        verdict: 'rejected',
        reason_code: this.reason.value,
        clause: this.clause.value,
        mark: this.mark.value,
        note,
        comments,
      };
    }
    if (kind === 'flag') {
      const clause = this.clause.value === '' ? {} : { clause: this.clause.value };
      return { decision: decision === 'yes' ? 'justified' : 'unjustified', note, ...clause };
    }
    return { decision: decision === 'yes' ? 'won' : 'lost', note };
  }

  #corrected(): object {
    const fixing = this.#view.value?.fixing;
    const annotations = fixing?.finished ?? [];
    const isMarked = annotations.some(({ kind }) => kind !== 'tag' && kind !== 'attributes');
    return { annotations, nothing_to_mark: !isMarked && !!fixing?.schema.labels.length };
  }

  async #open(item: QueueItem): Promise<void> {
    const path = `/moderation/${PATHS[item.kind]}/${encodeURIComponent(item.id)}`;
    const fetch = async () => {
      const appeal = item.kind === 'appeal' ? await this.api.get<ReviewedAppeal>(path) : null;
      return { appeal, submission: appeal ? disputed(appeal) : await this.api.get<ReviewedSubmission>(path) };
    };
    const { appeal, submission } = await fetch();
    if (submission?.references?.length) await loadKinds(kindsIn(submission));
    this.decision.value = null;
    this.chosen.value = 0;
    this.look.value = 'own';
    this.at.value = null;
    this.pinning.value = false;
    this.comments.value = {};
    this.reason.value = '';
    this.clause.value = '';
    this.note.value = '';
    const made = view(item.kind, submission);
    for (const answer of [made.shown, made.marking, made.pinning, made.fixing]) {
      if (answer) answer.renew = async () => (await fetch()).submission?.images[0] ?? null;
    }
    this.phase.value = { kind: 'case', item, appeal, submission, view: made };
  }
}

/** What an appeal is about, in the shape of a submission; nothing for a restriction. */
function disputed(appeal: ReviewedAppeal): ReviewedSubmission | null {
  const { flag, submission } = appeal;
  if (submission || !flag) return submission;
  return {
    ...flag,
    id: appeal.id,
    annotations: [],
    submitted_at: '',
    active_seconds: 0,
    second_review: false,
    flag,
  };
}

/** Of the answer and of what it is compared with: a gold may be older than the label schema. */
const kindsIn = ({ schema, annotations, references }: ReviewedSubmission): string[] => [
  ...kindsOf(schema),
  ...[annotations, ...(references ?? []).map((one) => one.annotations)].flat().map(({ kind }) => kind),
];

function view(kind: CaseKind, submission: ReviewedSubmission | null): CaseView {
  const picture = submission?.images[0];
  if (!submission || !picture) {
    return { shown: null, marking: null, pinning: null, fixing: null, ghosts: [], overlays: [] };
  }
  const { schema, annotations, assists, verdict } = submission;
  const overlays: Overlay[] = [
    ...(verdict?.mark ? [marked(verdict.mark, words.markShown)] : []),
    ...pinned(verdict?.comments ?? []),
  ];
  const isJudged = kind === 'submission';
  return {
    shown: new Answer(schema, picture, withNotes(annotations, assists)),
    marking: isJudged ? new Answer(MARK_SCHEMA, picture) : null,
    pinning: isJudged ? new Answer(PIN_SCHEMA, picture) : null,
    fixing: isJudged ? new Answer(schema, picture, annotations) : null,
    ghosts: ghosts(annotations),
    overlays,
  };
}
