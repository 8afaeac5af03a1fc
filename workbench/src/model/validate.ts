/**
 * What is wrong with an answer, pointing at the annotation: the server's rules and codes, checked before anything is
 * sent. What the types already rule out (a text for a number) is left to the server.
 */
import type { Size } from '../geometry/points';
import { type Annotation, isShape, type ShapeAnnotation } from './annotation';
import { type Attributes, fits, isBlank } from './attributes';
import { type Fault, isLoaded, modelOf } from './kind';
import { type AttributeRule, type LabelSchema, labelRule } from './schema';

export interface Problem {
  /** Id of the annotation; null when the answer as a whole is meant. */
  readonly annotation: string | null;
  readonly field: string;
  readonly code: string;
  /** For the person who drew it. */
  readonly message: string;
}

export interface Answer {
  readonly annotations: readonly Annotation[];
  readonly nothing_to_mark: boolean;
}

const MAX_TEXT_CHARACTERS = 2_000;

/** @param images sizes by image position */
export function validate(schema: LabelSchema, answer: Answer, images: readonly Size[]): Problem[] {
  const { annotations } = answer;
  const problems = nothingProblems(schema, answer);
  const seen = new Set<string>();
  const tags = new Map<string, Set<string>>();
  const asked = new Set<number>();
  const shapes = new Map<string, ShapeAnnotation>();
  for (const annotation of annotations) {
    const { id } = annotation;
    const found = (field: string, code: string, message: string) => {
      problems.push({ annotation: id, field, code, message });
    };
    const image = images[annotation.image ?? 0];
    if (seen.has(id)) found('id', 'duplicate_id', 'Another mark has the same number.');
    else if (image === undefined) found('image', 'unknown_image', 'This mark lies on an image that is not there.');
    else if (annotation.kind === 'tag') {
      const fault = tagProblem(schema, annotation, tags);
      if (fault !== null) found(...fault);
    } else if (isShape(annotation)) {
      const rule = labelRule(schema, annotation.label);
      if (rule === undefined) found('label', 'unknown_label', 'Choose a label.');
      else if (!rule.kinds.includes(annotation.kind)) {
        found('kind', 'kind_not_allowed', `${rule.name} is not marked with this tool.`);
      } else {
        shapes.set(id, annotation);
        const words = { subject: rule.name, ask: (name: string) => `Answer “${name}” for this mark.` };
        attributeProblems(rule.attributes, annotation.attributes ?? {}, words, found);
        // A shape that was never shown here has no code here either: the server looks at it.
        const fault = isLoaded(annotation.kind) ? modelOf(annotation.kind).problem(annotation, rule, image) : null;
        if (fault !== null) found(...fault);
      }
    } else if (annotation.kind === 'attributes') {
      if (asked.has(annotation.image ?? 0)) {
        found('image', 'duplicate_attributes', 'The questions about this image are answered twice.');
      }
      asked.add(annotation.image ?? 0);
      attributeProblems(schema.attributes, annotation.attributes, IMAGE_WORDS, found);
    }
    seen.add(id);
  }
  textProblems(schema, annotations, shapes, problems);
  for (const position of images.keys()) {
    if (asked.has(position)) continue;
    attributeProblems(schema.attributes, {}, IMAGE_WORDS, (field, code, message) => {
      problems.push({ annotation: null, field, code, message });
    });
  }
  for (const group of schema.tags ?? []) {
    for (const position of images.keys()) {
      if ((group.required ?? true) && !tags.has(`${position} ${group.name}`)) {
        const message = `Answer the question “${group.name}”.`;
        problems.push({ annotation: null, field: `tags.${group.name}`, code: 'required', message });
      }
    }
  }
  return problems;
}

const IMAGE_WORDS = { subject: 'The image', ask: (name: string) => `Answer the question “${name}”.` };

type Found = (field: string, code: string, message: string) => void;

function nothingProblems(schema: LabelSchema, { annotations, nothing_to_mark }: Answer): Problem[] {
  const whole = (field: string, code: string, message: string) => [{ annotation: null, field, code, message }];
  if (nothing_to_mark) {
    if (!schema.allow_nothing) {
      return whole('nothing_to_mark', 'nothing_not_allowed', 'This project has no answer “nothing to mark”.');
    }
    return annotations.some(({ kind }) => kind !== 'tag' && kind !== 'attributes')
      ? whole(
          'nothing_to_mark',
          'nothing_contradicted',
          'You said there is nothing to mark, and yet something is marked.',
        )
      : [];
  }
  if (annotations.length > 0) return [];
  const message = schema.allow_nothing
    ? 'Mark something, or say that there is nothing to mark.'
    : 'The answer is still empty.';
  return whole('annotations', 'empty', message);
}

function tagProblem(
  schema: LabelSchema,
  tag: Annotation & { kind: 'tag' },
  chosen: Map<string, Set<string>>,
): Fault | null {
  const group = schema.tags?.find(({ name }) => name === tag.of);
  if (group === undefined) return ['of', 'unknown_tag_group', 'This question is not asked here.'];
  if (!group.options.includes(tag.label))
    return ['label', 'not_an_option', `Choose one of: ${group.options.join(', ')}.`];
  const key = `${tag.image ?? 0} ${group.name}`;
  const words = chosen.get(key) ?? new Set();
  if (words.has(tag.label)) return ['label', 'duplicate_tag', `“${tag.label}” is chosen twice.`];
  if ((group.choose ?? 'one') === 'one' && words.size > 0) {
    return ['of', 'choose_one', `Choose only one answer for “${group.name}”.`];
  }
  chosen.set(key, words.add(tag.label));
  return null;
}

function attributeProblems(
  rules: readonly AttributeRule[] | undefined,
  given: Attributes,
  { subject, ask }: { subject: string; ask: (name: string) => string },
  found: Found,
): void {
  for (const name of Object.keys(given)) {
    if (!rules?.some((rule) => rule.name === name)) {
      found(`attributes.${name}`, 'unknown_attribute', `${subject} has no “${name}”.`);
    }
  }
  for (const rule of rules ?? []) {
    const value = given[rule.name];
    const field = `attributes.${rule.name}`;
    if (isBlank(value)) {
      if (rule.required ?? true) found(field, 'required', ask(rule.name));
    } else if (!fits(rule, value!)) {
      const code = rule.type === 'choice' || rule.type === 'multiple' ? 'not_an_option' : 'wrong_type';
      found(field, code, `“${rule.name}” has no such answer.`);
    }
  }
}

function textProblems(
  schema: LabelSchema,
  annotations: readonly Annotation[],
  shapes: ReadonlyMap<string, ShapeAnnotation>,
  problems: Problem[],
): void {
  const places = new Set<string>();
  for (const text of annotations) {
    if (text.kind !== 'text') continue;
    const found = (field: string, code: string, message: string) => {
      problems.push({ annotation: text.id, field, code, message });
    };
    if (text.text.length > MAX_TEXT_CHARACTERS) {
      found('text', 'too_long', `A text may have at most ${MAX_TEXT_CHARACTERS} characters.`);
      continue;
    }
    const shape = text.of === undefined ? undefined : shapes.get(text.of);
    if (text.of !== undefined && shape === undefined) {
      found('of', 'unknown_shape', 'This text belongs to a mark that is not there.');
      continue;
    }
    const rule = labelRule(schema, shape?.label ?? text.label);
    if (!rule?.kinds.includes('text')) {
      found('of', 'kind_not_allowed', 'No text is asked for here.');
      continue;
    }
    const { languages = [] } = rule;
    if (languages.length > 0 && !languages.includes(text.language ?? languages[0]!)) {
      found('language', 'not_an_option', `Choose one of the languages: ${languages.join(', ')}.`);
    }
    const place = text.of ?? `${text.label} ${text.image ?? 0}`;
    if (places.has(place)) found('of', 'duplicate_text', 'There is already a text in the same place.');
    places.add(place);
  }
  for (const [id, shape] of shapes) {
    if (labelRule(schema, shape.label)?.kinds.includes('text') && !places.has(id)) {
      const message = 'Write the text of this mark, or say that it cannot be read.';
      problems.push({ annotation: id, field: 'text', code: 'required', message });
    }
  }
}
