import type { Cross } from '.';

export const similarity = (a: Cross, b: Cross): number =>
  a.cross[0] === b.cross[0] && a.cross[1] === b.cross[1] ? 1 : 0;
