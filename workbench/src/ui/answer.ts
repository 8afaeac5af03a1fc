/**
 * One answer in the making: what is drawn (kept by the Editor) and what is said of the image as a whole (tags and texts,
 * kept here, so that a task of tags never loads the Editor). One undo for both.
 */
import { computed, type Signal, signal } from '@preact/signals';
import {
  type Annotation,
  type AttributesAnnotation,
  type AttributeValue,
  isShape,
  type TagAnnotation,
  type TextAnnotation,
} from '../model/annotation';
import { type Attributes, defaultsOf, finishedAttributes, isBlank } from '../model/attributes';
import { type Kind, type LabelSchema, labelRule, type TagGroup } from '../model/schema';
import { isSuggestion, type Sent, withoutNotes } from '../model/suggestions';
import type { Editor, EditorOptions } from '../render/editor';
import type { Assist } from '../tools/assist';
import type { Brush } from '../tools/tool';
import type { Picture } from '../wire';

export type Own = TagAnnotation | TextAnnotation | AttributesAnnotation;
type Live = Parameters<NonNullable<EditorOptions['onLive']>>[0];
type Hand = 'own' | 'editor';

export interface AnswerHistory {
  readonly past: readonly (readonly Own[])[];
  readonly future: readonly (readonly Own[])[];
  readonly done: readonly Hand[];
  readonly undone: readonly Hand[];
  readonly editor: unknown;
}

const OWN_STEPS = 200;
/** Ids of ours never meet those of the Editor, which are numbers. */
const IMAGE_ATTRIBUTES_ID = 'a1';
const numbered = (each: Own, index: number): Own =>
  each.kind === 'attributes' ? each : { ...each, id: `t${index + 1}` };

export const isShapeKind = (kind: Kind): boolean => kind !== 'text';

export const needsEditor = (schema: LabelSchema): boolean =>
  schema.labels.some((label) => label.kinds.some(isShapeKind));

/** Labels that are texts of the whole image: nothing is drawn for them. */
export const wholeTexts = (schema: LabelSchema): string[] =>
  schema.labels
    .filter((label) => label.kinds.includes('text') && !label.kinds.some(isShapeKind))
    .map(({ name }) => name);

/** A group takes one tag unless the client said many. */
export const takesOne = ({ choose }: TagGroup): boolean => choose !== 'many';

/** The group of a one-tap task: one tag of one group is the whole answer, so a tap can answer and advance. */
export function oneTapGroup(schema: LabelSchema): TagGroup | null {
  const [group, ...others] = schema.tags ?? [];
  const alone = others.length === 0 && schema.labels.length === 0 && (schema.attributes ?? []).length === 0;
  return group && alone && takesOne(group) ? group : null;
}

/** Tags, texts without a shape and what is said of the image are ours; the rest is the Editor's. */
const isOwn = (annotation: Annotation): annotation is Own =>
  annotation.kind === 'tag' ||
  annotation.kind === 'attributes' ||
  (annotation.kind === 'text' && annotation.of === undefined);

export class Answer {
  readonly own: Signal<readonly Own[]>;
  readonly drawn: Signal<readonly Annotation[]>;
  readonly all = computed<readonly Annotation[]>(() => [...this.own.value, ...this.drawn.value]);
  readonly nothing = signal(false);
  readonly selected = signal<readonly string[]>([]);
  readonly tool = signal('');
  readonly label = signal<string | null>(null);
  /** What the hand paints and rubs out with. */
  readonly brush = signal<Brush>({ radius_px: 0.5, square: false, mode: 'overlap', tolerance: 0 });
  readonly hint = signal('');
  /** The image is in sight and the last tap has faded: an answer given now is meant for this image. */
  readonly ready = signal(false);
  /** The shape under the hand, before it is one of `drawn`. */
  readonly live = signal<Live>(null);
  readonly editor = signal<Editor | null>(null);
  /** Asks for the picture again, when its signed addresses have ended; null where nobody can. */
  renew: (() => Promise<Picture | null>) | null = null;
  /** The server's help with marking, where the client has it switched on. */
  declare serverAssist?: (() => Promise<Assist>) | '' | null;
  /** Commands of the bench that draws; false where there is none, or it means nothing now. */
  run: (command: string) => boolean = () => false;
  /** Counts changes by the person, not by loading. */
  readonly changes = signal(0);
  /** Counts steps of unfinished work, such as the vertices of an outline that is still open. */
  readonly steps = signal(0);
  /** Something is begun on the image that is no part of the answer yet. */
  readonly isOpen = computed(() => this.changes.value + this.steps.value >= 0 && !!this.editor.value?.isOpen);
  /** Keys that what is drawn has a use for now; which ones changes with each step. */
  readonly offers = computed(() => (this.changes.value + this.steps.value >= 0 && this.editor.value?.offers) || []);
  readonly canUndo = computed(
    () => this.changes.value + this.steps.value >= 0 && (this.#past.length > 0 || !!this.editor.value?.canUndo),
  );
  readonly canRedo = computed(
    () => this.changes.value + this.steps.value >= 0 && (this.#future.length > 0 || !!this.editor.value?.canRedo),
  );
  savedHistory: AnswerHistory | null;

  #past: (readonly Own[])[] = [];
  #future: (readonly Own[])[] = [];
  #done: Hand[] = [];
  #undone: Hand[] = [];

  constructor(
    readonly schema: LabelSchema,
    readonly picture: Picture,
    start: readonly Annotation[] = [],
    history: AnswerHistory | null = null,
  ) {
    this.own = signal(start.filter(isOwn));
    this.drawn = signal(start.filter((annotation) => !isOwn(annotation)));
    this.savedHistory = history;
    if (history) {
      this.#past = [...history.past];
      this.#future = [...history.future];
      this.#done = [...history.done];
      this.#undone = [...history.undone];
    }
  }

  /** The Editor reports what it drew. Its own undo and redo come back here too and are already counted. */
  drew(annotations: readonly Annotation[], reason: string): void {
    this.drawn.value = annotations;
    if (reason !== 'undo' && reason !== 'redo') this.#did('editor');
    if (!annotations.every(isSuggestion)) this.nothing.value = false;
    this.changes.value += 1;
  }

  /** What helped, by id of the annotation; sent beside the answer. */
  get assists(): Sent['assists'] {
    return withoutNotes(this.all.value).assists;
  }

  /** The answer as it is sent: a box that was never ticked says no, and what is only suggested is no part of it. */
  get finished(): readonly Annotation[] {
    const asked = this.schema.attributes ?? [];
    const said = withoutNotes(this.all.value).annotations.filter(({ kind }) => kind !== 'attributes');
    const ofImage = finishedAttributes(asked, this.imageAttributes);
    return [
      ...(asked.length > 0 && Object.keys(ofImage).length > 0
        ? [{ id: IMAGE_ATTRIBUTES_ID, kind: 'attributes', attributes: ofImage } as const]
        : []),
      ...said.map((annotation) => {
        if (!isShape(annotation)) return annotation;
        const rules = labelRule(this.schema, annotation.label)?.attributes;
        const given = annotation.attributes ?? {};
        const attributes = finishedAttributes(rules, given);
        return attributes === given ? annotation : { ...annotation, attributes };
      }),
    ];
  }

  /** What is said of the whole image; questions nobody touched have the client's defaults. */
  get imageAttributes(): Attributes {
    const given = this.own.value.find((each) => each.kind === 'attributes');
    return { ...defaultsOf(this.schema.attributes), ...given?.attributes };
  }

  setImageAttribute(name: string, value: AttributeValue | null): void {
    const others = this.own.value.filter(({ kind }) => kind !== 'attributes');
    const attributes = { ...this.imageAttributes, [name]: value };
    this.#change([...others, { id: IMAGE_ATTRIBUTES_ID, kind: 'attributes', attributes }]);
  }

  /** Ids of the marks in the order of the list; what is only suggested is none yet. */
  get marks(): string[] {
    return this.drawn.value.filter((each) => isShape(each) && !isSuggestion(each)).map(({ id }) => id);
  }

  tagsOf(group: string): readonly string[] {
    return this.own.value.flatMap((each) => (each.kind === 'tag' && each.of === group ? [each.label] : []));
  }

  /** Picks a tag; in a group of one it takes the place of the other, in a group of many it is switched. */
  toggleTag(group: TagGroup, option: string): void {
    const given = this.tagsOf(group.name);
    const others = this.own.value.filter((each) => !(each.kind === 'tag' && each.of === group.name));
    const chosen = given.includes(option)
      ? given.filter((label) => label !== option)
      : takesOne(group)
        ? [option]
        : group.options.filter((label) => label === option || given.includes(label));
    const tags = chosen.map(
      (label): TagAnnotation => ({ id: `${group.name}/${label}`, kind: 'tag', label, of: group.name, tag: true }),
    );
    this.#change([...others, ...tags].map(numbered));
  }

  textOf(label: string): string {
    const found = this.own.value.find((each) => each.kind === 'text' && each.label === label);
    return found?.kind === 'text' ? found.text : '';
  }

  setWholeText(label: string, text: string): void {
    const others = this.own.value.filter((each) => !(each.kind === 'text' && each.label === label));
    const { languages = [], direction = 'auto' } = labelRule(this.schema, label) ?? {};
    const writing = {
      ...(languages[0] !== undefined && { language: languages[0] }),
      ...(direction !== 'auto' && { direction }),
    };
    const texts: TextAnnotation[] = text === '' ? [] : [{ id: '', kind: 'text', label, text, ...writing }];
    this.#change([...others, ...texts].map(numbered));
  }

  undo(): void {
    this.#step(this.#done, this.#undone, this.#past, this.#future, 'undo');
  }

  redo(): void {
    this.#step(this.#undone, this.#done, this.#future, this.#past, 'redo');
  }

  history(): AnswerHistory {
    return {
      past: this.#past,
      future: this.#future,
      done: this.#done,
      undone: this.#undone,
      editor: this.editor.value?.serializeHistory() ?? this.savedHistory?.editor ?? null,
    };
  }

  /** The Editor is about to go (another view, a put-away answer): its history stays with the answer. */
  keepEditorHistory(history: unknown): void {
    this.savedHistory = { ...this.history(), editor: history };
  }

  #change(next: readonly Own[]): void {
    this.#past.push(this.own.value);
    if (this.#past.length > OWN_STEPS) this.#past.shift();
    this.#future = [];
    this.own.value = next;
    this.#did('own');
    this.changes.value += 1;
  }

  #did(hand: Hand): void {
    this.#done.push(hand);
    if (this.#done.length > 2 * OWN_STEPS) this.#done.shift();
    this.#undone = [];
  }

  /** The Editor may have merged or dropped steps of its own, so the order is followed as far as it still holds. */
  #step(from: Hand[], to: Hand[], ownFrom: (readonly Own[])[], ownTo: (readonly Own[])[], way: 'undo' | 'redo'): void {
    const editor = this.editor.value;
    if (editor?.hasUnfinished(way)) {
      editor[way]();
      return;
    }
    const editorCan = way === 'undo' ? editor?.canUndo : editor?.canRedo;
    let hand = from.pop();
    while (hand !== undefined && !(hand === 'own' ? ownFrom.length > 0 : editorCan)) hand = from.pop();
    hand ??= editorCan ? 'editor' : ownFrom.length > 0 ? 'own' : undefined;
    if (hand === undefined) return;
    to.push(hand);
    if (hand === 'editor') {
      editor?.[way]();
    } else {
      ownTo.push(this.own.value);
      this.own.value = ownFrom.pop()!;
    }
    this.changes.value += 1;
  }
}

/** Required groups without a tag and questions without an answer, by name; what is drawn is checked by the model. */
export function missing(schema: LabelSchema, annotations: readonly Annotation[]): string[] {
  const groups = (schema.tags ?? []).filter(
    (group) => group.required !== false && !annotations.some((each) => each.kind === 'tag' && each.of === group.name),
  );
  const said = annotations.find((each) => each.kind === 'attributes')?.attributes ?? {};
  const questions = (schema.attributes ?? []).filter(({ name, required }) => required !== false && isBlank(said[name]));
  return [...groups, ...questions].map(({ name }) => name);
}
