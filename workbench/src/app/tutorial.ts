/** One course: pictures, mostly with their truth at hand, checked by the server as often as the person likes. */
import { computed, effect, signal } from '@preact/signals';
import type { Bounds } from '../geometry/box';
import type { Position } from '../geometry/points';
import { type Annotation, isShape, type ShapeAnnotation } from '../model/annotation';
import type { Overlay } from '../render/editor';
import { kindsOf, loadKinds } from '../shapes';
import type { Api } from '../transport/api';
import { Answer, needsEditor, oneTapGroup } from '../ui/answer';
import type { Course, CourseOutcome, CourseSource, LessonDesk, LessonPhase } from '../ui/lesson-desk';
import { words } from '../ui/strings-pages';
import type { LessonItem, Tutorial } from '../wire';
import { Asking } from './asking';
import { aimOf, differences, ghosts, matchRatio, paired, worstPlace } from './compare';
import { begun, checked, opened } from './course';
import { along, pathOf, shareAt } from './finger';

const FINGER_MS = 40;

export class LessonRun implements LessonDesk {
  readonly #asking = new Asking();
  readonly phase = signal<LessonPhase>({ kind: 'opening' });
  readonly result = signal<CourseOutcome | null>(null);
  readonly mayGoOn = computed(() => {
    const result = this.result.value;
    return !!result && (result.passed || result.final || this.source === 'practice');
  });
  readonly problem = this.#asking.problem;
  readonly busy = this.#asking.busy;

  readonly #item = computed(() => (this.phase.value.kind === 'item' ? this.phase.value : null));
  readonly aim = computed(() => aimOf(this.#item.value?.item.expected ?? []));
  readonly #pairs = computed(() => {
    const open = this.#item.value;
    if (!open || this.source === 'exam' || !needsEditor(open.course.schema)) return null;
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
    if (!open || this.source === 'exam') return [];
    // After a check the truth is on the table, for learning; before it only the guided item shows a ghost.
    if (this.result.value)
      return [...ghosts(open.item.expected), ...differences(this.#pairs.value ?? [], open.answer.picture)];
    if (open.item.kind !== 'guided') return [];
    const finger = this.#finger.value;
    const hand: Overlay[] = finger ? [{ shape: { kind: 'point', point: finger }, look: 'finger' }] : [];
    return [...ghosts(open.item.expected), ...hand];
  });
  readonly place = computed<Bounds | null>(() => {
    const result = this.result.value;
    // Not again while the hand is on its way to put it right: the view is the learner's.
    const pairs = result && !result.passed ? this.#pairs.peek() : null;
    const image = this.#item.peek()?.answer.picture;
    return pairs && image ? worstPlace(pairs, image) : null;
  });
  /** Where the ghost hand is, while it shows what to draw next. */
  readonly #finger = signal<Position | null>(null);
  #fingerTimer = 0;

  constructor(
    private readonly api: Api,
    readonly source: CourseSource,
    private readonly subject: string,
    private readonly places: { readonly home: string; readonly onward: string },
  ) {}

  async start(): Promise<void> {
    await this.#asking.run(async () => {
      const { course, tutorial } = await opened(this.api, this.source, this.subject);
      // The dial measures with the shapes of the course, and the ghost hand is a point: what comes later makes the bench anew.
      await loadKinds([...kindsOf(course.schema), 'point']);
      this.phase.value = { kind: 'intro', course, tutorial };
    });
  }

  /** Goes on where the person left; a lesson that is done starts over, because practice may be repeated. */
  async begin(): Promise<void> {
    const phase = this.phase.value;
    if (phase.kind !== 'intro') return;
    await this.#asking.run(async () => {
      const course = this.source === 'exam' ? await begun(this.api, this.subject) : phase.course;
      const open = course.items.findIndex(({ done }) => !done);
      this.#show(course, Math.max(0, open));
    });
  }

  async check(nothing = false): Promise<void> {
    const open = this.#item.value;
    if (!open || this.result.value) return;
    const body = { annotations: open.answer.finished, nothing_to_mark: nothing };
    await this.#asking.run(async () => {
      this.result.value = await checked(this.api, this.source, open.course, open.item.id, body);
    });
  }

  choose(option: string): void {
    const open = this.#item.value;
    const group = open && oneTapGroup(open.course.schema);
    if (open && group && !this.#isOver) open.answer.toggleTag(group, option);
  }

  again(): void {
    if (!this.#isOver) this.result.value = null;
  }

  async next(): Promise<void> {
    const open = this.#item.value;
    const result = this.result.value;
    if (!open || !result || !this.mayGoOn.value) return;
    if (!result.end && open.index + 1 < open.course.items.length) {
      this.#show(open.course, open.index + 1);
      return;
    }
    await this.#asking.run(async () => {
      this.phase.value = await this.#ending(open.course, result);
      this.result.value = null;
    });
  }

  async retry(): Promise<void> {
    if (this.phase.value.kind === 'opening') await this.start();
    else this.problem.value = null;
  }

  async #ending(course: Course, result: CourseOutcome): Promise<LessonPhase> {
    const { home, onward } = this.places;
    const back = { href: home, text: this.source === 'practice' ? words.toPractice : words.toTutorial };
    if (this.source === 'exam') {
      const ways = result.end?.passed ? [{ href: onward, text: words.toTasks }] : [];
      return {
        kind: 'done',
        title: result.end?.passed ? words.examPassed : words.examFailed,
        text: result.end?.passed ? words.examPassedText : words.examFailedText,
        next: null,
        ways: [...ways, { href: home, text: words.toExam }],
      };
    }
    if (this.source !== 'lesson') {
      const ways = onward ? [{ href: onward, text: words.startWork }] : [back];
      const text = this.source === 'practice' ? words.practiceDoneText : words.refresherDoneText;
      return { kind: 'done', title: words.practiceDone, text, next: null, ways };
    }
    const tutorial = await this.api.get<Tutorial>('/tutorial');
    const ways = [...(tutorial.passed ? [{ href: '/work/', text: words.toTasks }] : []), back];
    return {
      kind: 'done',
      title: tutorial.passed ? words.tutorialDone : words.lessonDone,
      text: tutorial.passed ? words.tutorialDoneText : words.lessonDoneText(course.title),
      next: tutorial.lessons.find(({ passed, id }) => !passed && id !== course.id) ?? null,
      ways,
    };
  }

  /** What is answered stays answered. */
  get #isOver(): boolean {
    // Asked inside effects, which must not run again because a result came.
    const result = this.result.peek();
    return !!result && (result.passed || result.final);
  }

  #show(course: Course, index: number): void {
    const item = course.items[index];
    const picture = item?.images[0];
    if (!item || !picture) return;
    const answer = new Answer(course.schema, picture);
    this.result.value = null;
    this.phase.value = { kind: 'item', course, item, index, answer };
    effect(() => {
      // Putting it right is the next try; nobody needs to ask for one.
      if (answer.changes.value > 0) this.again();
    });
    this.#guide(item, answer);
  }

  /** The ghost hand shows the next thing to draw until the real one begins; people who want no motion see the dashes. */
  #guide(item: LessonItem, answer: Answer): void {
    clearInterval(this.#fingerTimer);
    this.#finger.value = null;
    if (item.kind !== 'guided' || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const shapes = item.expected.filter(isShape);
    let began = performance.now();
    let before: ShapeAnnotation | undefined;
    this.#fingerTimer = window.setInterval(() => {
      const open = this.#item.value;
      const shape = answer.live.value ? undefined : shapes[answer.drawn.value.filter(isShape).length];
      if (open?.answer !== answer || this.result.value) {
        this.#finger.value = null;
        if (open?.answer !== answer) clearInterval(this.#fingerTimer);
        return;
      }
      if (shape !== before) began = performance.now();
      before = shape;
      const path = shape && pathOf(shape);
      const share = shareAt(performance.now() - began);
      this.#finger.value = path && share !== null ? along(path, share) : null;
    }, FINGER_MS);
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
  const tag = item.expected
    .filter((each) => each.kind === 'tag')
    .find(({ of, label }) => !answer.tagsOf(of).includes(label));
  if (tag) return words.guideChoose(tag.label);
  const shapes = item.expected.filter(isShape);
  const first = shapes[answer.drawn.value.filter(isShape).length];
  const text = item.expected.find((each) => each.kind === 'text');
  if (first) {
    return answer.label.value === first.label
      ? (words.guideDraw[first.kind === 'box' && first.angle_degrees ? 'turned_box' : first.kind] ?? '')
      : words.guidePick(first.label);
  }
  if (shapes.length > 0 && match < aim) return words.guideAdjust;
  return text && !answer.all.value.some((each) => each.kind === 'text')
    ? (words.guideDraw.text ?? '')
    : words.guideCheck;
}
