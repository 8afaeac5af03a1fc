/** The moderator's desk: one case after the other, each verdict by hand and each rejection with its evidence. */
import { computed, signal } from '@preact/signals';
import type { Annotation } from '../model/annotation';
import { withNotes } from '../model/proposals';
import type { LabelSchema } from '../model/schema';
import type { Overlay } from '../render/editor';
import type { Api } from '../transport/api';
import { Answer } from '../ui/answer';
import type { CaseView, Decision, ReviewDesk, ReviewPhase } from '../ui/review-desk';
import { words } from '../ui/strings-pages';
import type { CaseKind, Mark, Queue, QueueItem, ReviewedAppeal, ReviewedSubmission } from '../wire';
import { Asking } from './asking';
import { ghosts, marked } from './compare';
import { uuid } from './uuid';

/** What the moderator draws with: one box, wherever the fault is. */
const MARK_SCHEMA: LabelSchema = { labels: [{ name: words.mark, kinds: ['box'], color: '#d55e00' }] };

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
  readonly counts = signal<Readonly<Record<CaseKind, number>> | null>(null);
  /** Cases the moderator passed over on this visit. */
  readonly #passed = new Set<string>();

  readonly mark = computed<Mark | null>(() => {
    const phase = this.phase.value;
    const box = phase.kind === 'case' ? phase.view.marking?.drawn.value.at(-1) : undefined;
    return box?.kind === 'box' ? { box: box.box } : null;
  });

  /** Names of what a decision still needs, in the order of the form. */
  readonly lacking = computed<readonly ('reason' | 'clause' | 'mark' | 'note')[]>(() => {
    const phase = this.phase.value;
    const decision = this.decision.value;
    if (phase.kind !== 'case' || decision === null) return [];
    if (phase.item.kind !== 'submission') return decision === 'no' && this.note.value.trim() === '' ? ['note'] : [];
    if (decision === 'yes') return [];
    return [
      ...(this.reason.value === '' ? (['reason'] as const) : []),
      ...(this.clause.value === '' ? (['clause'] as const) : []),
      ...(this.mark.value === null ? (['mark'] as const) : []),
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
      const queue = await this.api.get<Queue>('/moderation/queue');
      this.counts.value = queue.counts;
      const able = queue.items.filter(({ kind }) => kind !== 'report');
      let item = able.find(({ id }) => !this.#passed.has(id));
      if (!item && able.length > 0) {
        // Everything was passed over once: begin again, rather than claim that there is nothing.
        this.#passed.clear();
        item = able[0];
      }
      if (item) await this.#open(item);
      else this.phase.value = { kind: 'empty' };
    });
  }

  decide(decision: Decision): void {
    const phase = this.phase.value;
    if (phase.kind !== 'case') return;
    this.decision.value = decision;
    if (phase.item.kind === 'submission' && decision === 'yes') void this.send();
  }

  cancel(): void {
    this.decision.value = null;
  }

  markWhole(): void {
    const phase = this.phase.value;
    if (phase.kind !== 'case' || !phase.view.marking) return;
    const { marking } = phase.view;
    const { width, height } = marking.picture;
    const whole: Annotation = { id: '1', kind: 'box', label: words.mark, box: [0, 0, width, height] };
    marking.editor.value?.setAnnotations([whole]);
    marking.drew([whole], 'create');
  }

  async send(): Promise<void> {
    const phase = this.phase.value;
    const decision = this.decision.value;
    if (phase.kind !== 'case' || decision === null || this.lacking.value.length > 0) return;
    const { item } = phase;
    const path = `/moderation/${PATHS[item.kind]}/${encodeURIComponent(item.id)}`;
    const sent = await this.#asking.run(async () => {
      await this.api.send(item.kind === 'submission' ? `${path}/verdict` : path, {
        method: 'POST',
        body: this.#body(item.kind, decision),
        idempotencyKey: uuid(),
      });
    });
    if (!sent) return;
    this.sentCount.value += 1;
    await this.next();
  }

  #body(kind: CaseKind, decision: Decision): object {
    const note = this.note.value.trim();
    if (kind === 'submission') {
      return decision === 'yes'
        ? { verdict: 'approved' }
        : {
            verdict: 'rejected',
            reason_code: this.reason.value,
            clause: this.clause.value,
            mark: this.mark.value,
            note,
          };
    }
    if (kind === 'flag') {
      const clause = this.clause.value === '' ? {} : { clause: this.clause.value };
      return { decision: decision === 'yes' ? 'justified' : 'unjustified', note, ...clause };
    }
    return { decision: decision === 'yes' ? 'won' : 'lost', note };
  }

  async #open(item: QueueItem): Promise<void> {
    const path = `/moderation/${PATHS[item.kind]}/${encodeURIComponent(item.id)}`;
    const fetch = async () => {
      const appeal = item.kind === 'appeal' ? await this.api.get<ReviewedAppeal>(path) : null;
      return { appeal, submission: appeal ? disputed(appeal) : await this.api.get<ReviewedSubmission>(path) };
    };
    const { appeal, submission } = await fetch();
    this.decision.value = null;
    this.reason.value = '';
    this.clause.value = '';
    this.note.value = '';
    const made = view(item.kind, submission);
    for (const answer of [made.shown, made.marking]) {
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

function view(kind: CaseKind, submission: ReviewedSubmission | null): CaseView {
  const picture = submission?.images[0];
  if (!submission || !picture) return { shown: null, marking: null, ghosts: [], overlays: [] };
  const { schema, annotations, assists, verdict } = submission;
  const overlays: Overlay[] = verdict?.mark ? [marked(verdict.mark, words.markShown)] : [];
  return {
    shown: new Answer(schema, picture, withNotes(annotations, assists)),
    marking: kind === 'submission' ? new Answer(MARK_SCHEMA, picture) : null,
    ghosts: ghosts(annotations),
    overlays,
  };
}
