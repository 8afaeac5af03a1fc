import fc from 'fast-check';
import { expect, it } from 'vitest';
import { folded, textOf, unfolded } from './folded';
import type { KeptDraft } from './shelf';

it('writes anything plain as JSON does', () => {
  const plain = fc.jsonValue();
  fc.assert(
    fc.property(plain, (value) => {
      expect(textOf(value)).toBe(JSON.stringify(value));
    }),
  );
});

it('leaves out what is not there, as JSON does', () => {
  const mark = { id: '1', kind: 'box', of: undefined, box: [1, 2, 3, 4.25], attributes: { a: null, b: [] } };
  expect(textOf([mark])).toBe(JSON.stringify([mark]));
});

it('comes back as it was, and writes a mark that did not change but once', () => {
  let read = 0;
  const kept = Object.defineProperty({ id: '1', kind: 'box', label: 'car' }, 'box', {
    enumerable: true,
    get: () => {
      read += 1;
      return [1, 2, 3, 4];
    },
  });
  const moved = (x: number) => ({ id: '2', kind: 'box', label: 'car', box: [x, 2, 3, 4] });
  const draft = (x: number) =>
    ({
      assignment: 'a',
      annotations: [kept, moved(x)],
      history: { done: [moved(x)] },
      version: x,
    }) as unknown as KeptDraft;
  for (const x of [1, 2, 3]) expect(unfolded(folded(draft(x)))).toMatchObject({ annotations: [{ id: '1' }, moved(x)] });
  expect(read).toBe(1);
  expect(unfolded(folded(draft(4)))).toEqual(draft(4));
});
