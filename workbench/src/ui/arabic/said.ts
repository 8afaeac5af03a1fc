/** How Arabic counts, and how it holds what is written from left to right. */

const RULES = new Intl.PluralRules('ar');

/** The number and its noun: one, two, three to ten, from eleven on; a hundred and nothing as the last but unmarked. */
export function counted(n: number, one: string, two: string, few: string, many: string, other = many): string {
  const kind = RULES.select(n);
  const noun = kind === 'few' ? few : kind === 'many' ? many : other;
  return kind === 'one' ? one : kind === 'two' ? two : `${n} ${noun}`;
}

/** Set apart (FSI … PDI), so that money, addresses and names keep their own direction within the sentence. */
export const apart = (value: string | number): string => `\u2068${value}\u2069`;
