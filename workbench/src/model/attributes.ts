/** Questions about a mark or about the whole image: what they start as, and whether an answer fits. */
import type { AttributeValue } from './annotation';
import type { AttributeRule } from './schema';

export type Attributes = Readonly<Record<string, AttributeValue | null>>;

const MAX_TEXT_CHARACTERS = 2_000;

/** What a new mark starts with: the defaults that the client wrote. */
export function defaultsOf(rules: readonly AttributeRule[] | undefined): Attributes {
  const set = (rules ?? []).filter((rule) => rule.default !== undefined && rule.default !== null);
  return Object.fromEntries(set.map((rule) => [rule.name, rule.default!]));
}

/** As they are sent: a box that was never ticked says no. */
export function finishedAttributes(rules: readonly AttributeRule[] | undefined, given: Attributes): Attributes {
  const unticked = (rules ?? []).filter(({ name, type }) => type === 'boolean' && (given[name] ?? null) === null);
  return unticked.length === 0 ? given : { ...given, ...Object.fromEntries(unticked.map(({ name }) => [name, false])) };
}

export const isBlank = (value: AttributeValue | null | undefined): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0);

export function fits(rule: AttributeRule, value: AttributeValue): boolean {
  const options = rule.options ?? [];
  switch (rule.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'text':
      return typeof value === 'string' && value.length <= MAX_TEXT_CHARACTERS;
    case 'choice':
      return typeof value === 'string' && options.includes(value);
    case 'multiple':
      return Array.isArray(value) && value.every((word) => options.includes(word));
  }
}
