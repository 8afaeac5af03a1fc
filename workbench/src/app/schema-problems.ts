/** What is wrong with a label schema, while the client still writes it; the server's check on saving is the one that counts. */
import type { LabelSchema } from '../model/schema';
import { SHAPE_KINDS } from '../shapes';
import { words } from '../ui/strings-pages';

export type ReadSchema =
  | { readonly schema: LabelSchema; readonly problems: readonly [] }
  | { readonly schema: null; readonly problems: readonly string[] };

const ATTRIBUTE_TYPES = ['boolean', 'choice', 'text', 'number'];

export function readSchema(text: string): ReadSchema {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { schema: null, problems: [words.previewNotJson(error instanceof Error ? error.message : String(error))] };
  }
  const problems: string[] = [];
  const say = (path: string, wrong: string) => problems.push(`${path}: ${wrong}`);
  if (!isObject(value)) return { schema: null, problems: [words.schemaObject] };
  const labels = value.labels ?? [];
  const tags = value.tags ?? [];
  if (!Array.isArray(labels)) say('labels', words.schemaList);
  if (!Array.isArray(tags)) say('tags', words.schemaList);
  const labelList: unknown[] = Array.isArray(labels) ? labels : [];
  const tagList: unknown[] = Array.isArray(tags) ? tags : [];
  if (labelList.length + tagList.length === 0) say('labels', words.schemaEmpty);
  names(labelList, 'labels', say);
  names(tagList, 'tags', say);
  labelList.forEach((label, at) => {
    if (isObject(label)) labelProblems(label, `labels[${at}]`, say);
  });
  tagList.forEach((tag, at) => {
    if (isObject(tag)) tagProblems(tag, `tags[${at}]`, say);
  });
  return problems.length > 0
    ? { schema: null, problems }
    : { schema: { ...value, labels: labelList, tags: tagList } as unknown as LabelSchema, problems: [] };
}

type Say = (path: string, wrong: string) => void;

function names(list: readonly unknown[], path: string, say: Say): void {
  const seen = new Set<string>();
  list.forEach((item, at) => {
    const name = isObject(item) ? item.name : undefined;
    if (typeof name !== 'string' || name.trim() === '') say(`${path}[${at}].name`, words.schemaName);
    else if (seen.has(name)) say(`${path}[${at}].name`, words.schemaTwice(name));
    else seen.add(name);
  });
}

function labelProblems(label: Record<string, unknown>, path: string, say: Say): void {
  const { kinds, attributes = [], keypoints, color } = label;
  if (!Array.isArray(kinds) || kinds.length === 0) say(`${path}.kinds`, words.schemaKinds);
  else {
    for (const kind of kinds) {
      if (kind !== 'text' && !SHAPE_KINDS.includes(kind as string))
        say(`${path}.kinds`, words.schemaKind(String(kind)));
    }
    if (kinds.includes('skeleton') && !options(keypoints)) say(`${path}.keypoints`, words.schemaOptions);
  }
  if (color !== undefined && !/^#[0-9a-f]{6}$/i.test(String(color))) say(`${path}.color`, words.schemaColor);
  if (!Array.isArray(attributes)) {
    say(`${path}.attributes`, words.schemaList);
    return;
  }
  names(attributes, `${path}.attributes`, say);
  attributes.forEach((attribute: unknown, at) => {
    if (!isObject(attribute)) return;
    const here = `${path}.attributes[${at}]`;
    if (!ATTRIBUTE_TYPES.includes(attribute.type as string))
      say(`${here}.type`, words.schemaType(ATTRIBUTE_TYPES.join(', ')));
    if (attribute.type === 'choice' && !options(attribute.options)) say(`${here}.options`, words.schemaOptions);
  });
}

function tagProblems(tag: Record<string, unknown>, path: string, say: Say): void {
  if (!options(tag.options)) say(`${path}.options`, words.schemaOptions);
  if (tag.choose !== undefined && tag.choose !== 'one' && tag.choose !== 'many')
    say(`${path}.choose`, words.schemaChoose);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of different, non-empty words. */
const options = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((option) => typeof option === 'string' && option.trim() !== '') &&
  new Set(value).size === value.length;
