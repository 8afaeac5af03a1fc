/** One lesson: three images with their truth at hand, checked by the server as often as the person likes. */
import { computed, effect, signal } from '@preact/signals';
import { type Annotation, isShape, type ShapeAnnotation } from '../model/annotation';
import type { Overlay } from '../render/editor';
import { kindsOf, loadKinds } from '../shapes';
import type { Api } from '../transport/api';
import { Answer, needsEditor, oneTapGroup } from '../ui/answer';
import type { LessonDesk, LessonPhase } from '../ui/lesson-desk';
import { words } from '../ui/strings-pages';
import type { Lesson, LessonCheck, LessonItem, Tutorial } from '../wire';
import { Asking } from './asking';
import { aimOf, differences, ghosts, matchRatio, paired } from './compare';

export class LessonRun implements LessonDesk {
  readonly #asking = new Asking();
  readonly phase = signal<LessonPhase>({ kind: 'opening' });
  readonly result = signal<LessonCheck | null>(null);
  readonly problem = this.#asking.problem;
  readonly busy = this.#asking.busy;

  readonly #item = computed(() => (this.phase.value.kind === 'item' ? this.phase.value : null));
  readonly aim = computed(() => aimOf(this.#item.value?.item.expected ?? []));
  readonly #pairs = computed(() => {
    const open = this.#item.value;
    if (!open || !needsEditor(open.lesson.schema)) return null;
    return paired(open.item.expected, withLive(open.answer), open.answer.picture);
  });
  readonly match = computed(() => {
    const pairs = this.#pairs.value;
    return pairs?.some(({ given }) => given !== null) ? matchRatio(pairs) : null;
  });
  readonly step = computed(() => {
    const open = this.#item.value;
    return open?.item.kind === 'guided' && !this.result.value
      ? nextGesture(open.item, open.answer, this.match.value ?? 0, this.aim.value)
      : null;
  });
  readonly overlays = computed<readonly Overlay[]>(() => {
    const open = this.#item.value;
    if (!open) return [];
    // After a check the truth is on the table, for learning; before it only the guided item shows a ghost.
    if (this.result.value)
      return [...ghosts(open.item.expected), ...differences(this.#pairs.value ?? [], open.answer.picture)];
    return open.item.kind === 'guided' ? ghosts(open.item.expected) : [];
  });

  constructor(
    private readonly api: Api,
    private lessonId: string,
  ) {}

  async start(): Promise<void> {
    await this.#asking.run(async () => {
      const tutorial = await this.api.get<Tutorial>('/tutorial');
      this.lessonId ||= (tutorial.lessons.find(({ passed }) => !passed) ?? tutorial.lessons[0])?.id ?? '';
      const lesson = await this.api.get<Lesson>(`/tutorial/lessons/${encodeURIComponent(this.lessonId)}`);
      // The dial measures with the shapes of the lesson.
      await loadKinds(kindsOf(lesson.schema));
      this.phase.value = { kind: 'intro', lesson, tutorial };
    });
  }

  /** Goes on where the person left; a lesson that is done starts over, because practice may be repeated. */
  begin(): void {
    const phase = this.phase.value;
    if (phase.kind !== 'intro') return;
    const open = phase.lesson.items.findIndex(({ done }) => !done);
    this.#show(phase.lesson, Math.max(0, open));
  }

  async check(nothing = false): Promise<void> {
    const open = this.#item.value;
    if (!open || this.result.value) return;
    const annotations = open.answer.finished;
    await this.#asking.run(async () => {
      const path = `/tutorial/lessons/${encodeURIComponent(this.lessonId)}/items/${encodeURIComponent(open.item.id)}/check`;
      this.result.value = await this.api.send<LessonCheck>(path, {
        method: 'POST',
        body: { annotations, nothing_to_mark: nothing },
      });
    });
  }

  choose(option: string): void {
    const open = this.#item.value;
    const group = open && oneTapGroup(open.lesson.schema);
    if (open && group && !this.result.value?.passed) open.answer.toggleTag(group, option);
  }

  again(): void {
    this.result.value = null;
  }

  async next(): Promise<void> {
    const open = this.#item.value;
    const result = this.result.value;
    if (!open || !result?.passed) return;
    const following = open.index + 1;
    if (following < open.lesson.items.length) {
      this.#show(open.lesson, following);
      return;
    }
    await this.#asking.run(async () => {
      const tutorial = await this.api.get<Tutorial>('/tutorial');
      this.result.value = null;
      this.phase.value = {
        kind: 'done',
        lesson: open.lesson,
        next: tutorial.lessons.find(({ passed, id }) => !passed && id !== open.lesson.id) ?? null,
        tutorialPassed: tutorial.passed,
      };
    });
  }

  async retry(): Promise<void> {
    if (this.phase.value.kind === 'opening') await this.start();
    else this.problem.value = null;
  }

  #show(lesson: Lesson, index: number): void {
    const item = lesson.items[index];
    const picture = item?.images[0];
    if (!item || !picture) return;
    const answer = new Answer(lesson.schema, picture);
    this.result.value = null;
    this.phase.value = { kind: 'item', lesson, item, index, answer };
    effect(() => {
      // Putting it right is the next try; nobody needs to ask for one.
      if (answer.changes.value > 0 && !this.result.peek()?.passed) this.result.value = null;
    });
  }
}

/** What is drawn, with the shape under the hand as if the hand had left it. */
export function withLive(answer: Answer): readonly Annotation[] {
  const drawn = answer.drawn.value;
  const live = answer.live.value;
  if (!live) return drawn;
  if ('id' in live) return drawn.map((each) => (each.id === live.id ? live : each));
  const label = answer.label.value;
  return label === null ? drawn : [...drawn, { ...live, id: 'live', label } as ShapeAnnotation];
}

function nextGesture(item: LessonItem, answer: Answer, match: number, aim: number): string | null {
  if (answer.all.value.length === 0) return null;
  const tag = item.expected.find((each) => each.kind === 'tag' && !answer.tagsOf(each.of).includes(each.label));
  if (tag) return words.guideChoose(tag.label);
  const shapes = item.expected.filter(isShape);
  const first = shapes[answer.drawn.value.filter(isShape).length];
  if (first) {
    return answer.label.value === first.label ? (words.guideDraw[first.kind] ?? '') : words.guidePick(first.label);
  }
  return shapes.length > 0 && match < aim ? words.guideAdjust : words.guideCheck;
}
