/** How Arabic counts, and how it holds what is written from left to right. */

const RULES = new Intl.PluralRules('ar');

/** The number and its noun: one, two, three to ten, from eleven on; a hundred and nothing as the last but unmarked. */
export function counted(n: number, one: string, two: string, few: string, many: string, other = many): string {
  switch (RULES.select(n)) {
    case 'one':
      return one;
    case 'two':
      return two;
    case 'few':
      return `${n} ${few}`;
    case 'many':
      return `${n} ${many}`;
    default:
      return `${n} ${other}`;
  }
}

/** Set apart (FSI … PDI), so that money, addresses and names keep their own direction within the sentence. */
export const apart = (value: string | number): string => `\u2068${value}\u2069`;
