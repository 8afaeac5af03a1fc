/** The measures of likeness that Python and TypeScript share; expected values are calculated by hand or by Shapely. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rounded } from '../geometry/points';
import { similarity, textSimilarity } from './similarity';

// biome-ignore lint/suspicious/noExplicitAny: the cases differ by operation and are read where they are used
type Case = { operation: string; note?: string } & Record<string, any>;

const cases: Case[] = JSON.parse(
  readFileSync(new URL('../../../vectors/similarity.json', import.meta.url), 'utf8'),
).cases;

describe('shared similarity', () => {
  for (const [i, c] of cases.entries()) {
    it(`agrees on ${c.operation} ${i}: ${c.note ?? ''}`, () => {
      if (c.operation === 'rounded') {
        expect(rounded(c.value)).toBe(c.expected);
        return;
      }
      if (c.operation === 'text') {
        expect(Math.abs(textSimilarity(c.a, c.b) - c.expected)).toBeLessThanOrEqual(c.tolerance);
        return;
      }
      const image = { width: c.image_size[0], height: c.image_size[1] };
      const shape = (value: unknown) => ({ kind: c.operation, [c.operation]: value }) as never;
      expect(Math.abs(similarity(shape(c.a), shape(c.b), image) - c.expected)).toBeLessThanOrEqual(c.tolerance);
    });
  }
});
