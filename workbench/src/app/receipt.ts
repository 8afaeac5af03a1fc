/** One verdict, drawn: what was given, what was expected, and where the two part. */
import { computed, signal } from '@preact/signals';
import type { Bounds } from '../geometry/box';
import { withNotes } from '../model/proposals';
import type { Overlay } from '../render/editor';
import { kindsOf, loadKinds } from '../shapes';
import type { Api } from '../transport/api';
import { Answer } from '../ui/answer';
import type { Layer, ReceiptDesk } from '../ui/receipt-desk';
import { words } from '../ui/strings-pages';
import type { Receipt } from '../wire';
import { Asking } from './asking';
import { boundsOfMark, differences, findings, ghosts, marked, paired, pinned } from './compare';

export class ReceiptView implements ReceiptDesk {
  readonly #asking = new Asking();
  readonly receipt = signal<Receipt | null>(null);
  readonly answer = signal<Answer | null>(null);
  readonly problem = this.#asking.problem;
  readonly shown = {
    own: signal(true),
    expected: signal(true),
    differences: signal(false),
    mark: signal(true),
    comments: signal(true),
    corrected: signal(false),
  } satisfies Record<Layer, unknown>;

  readonly layers = computed<readonly Layer[]>(() => {
    const verdict = this.receipt.value?.verdict;
    const compared = verdict?.expected ? (['expected', 'differences'] as const) : [];
    return [
      'own',
      ...compared,
      ...(verdict?.mark ? (['mark'] as const) : []),
      ...(verdict?.comments.length ? (['comments'] as const) : []),
      ...(this.receipt.value?.correction ? (['corrected'] as const) : []),
    ];
  });

  readonly overlays = computed<readonly Overlay[]>(() => {
    const receipt = this.receipt.value;
    const picture = receipt?.images[0];
    if (!receipt || !picture) return [];
    const expected = receipt.verdict?.expected ?? null;
    const mark = receipt.verdict?.mark;
    return [
      ...(expected && this.shown.expected.value ? ghosts(expected) : []),
      ...(expected && this.shown.differences.value
        ? differences(paired(expected, receipt.annotations, picture), picture)
        : []),
      ...(mark && this.shown.mark.value ? [marked(mark, words.markShown)] : []),
      ...(this.shown.corrected.value ? ghosts(receipt.correction?.annotations ?? []) : []),
      ...(this.shown.comments.value ? pinned(receipt.verdict?.comments ?? []) : []),
    ];
  });

  readonly hidden = computed<readonly string[]>(() =>
    this.shown.own.value ? [] : (this.receipt.value?.annotations.map(({ id }) => id) ?? []),
  );

  readonly at = signal<number | null>(null);
  readonly places = computed<readonly Bounds[]>(() => {
    const receipt = this.receipt.value;
    const picture = receipt?.images[0];
    const verdict = receipt?.verdict;
    if (!verdict || !picture) return [];
    const parted = verdict.expected
      ? findings(verdict.expected, receipt.annotations, picture).filter(({ outcome }) => outcome !== 'fits')
      : [];
    return [...(verdict.mark ? [verdict.mark] : []), ...[...verdict.comments, ...parted].map(({ mark }) => mark)].map(
      boundsOfMark,
    );
  });

  step(by: 1 | -1): void {
    const count = this.places.value.length;
    if (count === 0) return;
    this.at.value = ((this.at.value ?? (by === 1 ? -1 : 0)) + by + count) % count;
  }

  constructor(
    private readonly api: Api,
    private readonly submission: string,
  ) {}

  #fetch(): Promise<Receipt> {
    return this.api.get<Receipt>(`/me/submissions/${encodeURIComponent(this.submission)}`);
  }

  async start(): Promise<void> {
    await this.#asking.run(async () => {
      const receipt = await this.#fetch();
      // The differences are measured with the shapes of the answer.
      await loadKinds(kindsOf(receipt.schema));
      const picture = receipt.images[0];
      const answer = picture
        ? new Answer(receipt.schema, picture, withNotes(receipt.annotations, receipt.assists))
        : null;
      if (answer) answer.renew = async () => (await this.#fetch()).images[0] ?? null;
      this.answer.value = answer;
      this.receipt.value = receipt;
    });
  }
}
