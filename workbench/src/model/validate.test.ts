import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Annotation } from './annotation';
import type { LabelSchema } from './schema';
import { validate } from './validate';

interface Case {
  readonly name: string;
  readonly schema: LabelSchema;
  readonly image_sizes: [number, number][];
  readonly annotations: Annotation[];
  readonly nothing_to_mark: boolean;
  readonly errors?: { annotation: string | null; field: string; code: string }[];
}

/** Faults of untyped input: TypeScript does not let the workbench make them, so only the server looks for them. */
const TYPED = new Set(['not_a_number', 'wrong_type', 'number_too_large', 'unknown_kind', 'unknown_field', 'bad_id']);

const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../../../vectors/answers.json', import.meta.url), 'utf8'),
);

describe('the shared answers', () => {
  for (const [i, c] of cases.entries()) {
    if (c.errors?.some(({ code }) => TYPED.has(code))) continue;
    it(`are judged as on the server: ${c.name} (${i})`, () => {
      const problems = validate(
        c.schema,
        { annotations: c.annotations, nothing_to_mark: c.nothing_to_mark },
        c.image_sizes.map(([width, height]) => ({ width, height })),
      );
      const found = problems.map(({ annotation, field, code }) => ({ annotation, field, code }));
      expect(found).toEqual((c.errors ?? []).map(({ annotation, field, code }) => ({ annotation, field, code })));
    });
  }
});
