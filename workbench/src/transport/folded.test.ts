import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { foldAhead, folded, textOf, unfolded } from './folded';
import type { KeptDraft } from './shelf';

afterEach(() => vi.unstubAllGlobals());

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

it('writes ahead in idle moments what the first gesture would write, a little at a time', () => {
  let read = 0;
  const mark = (id: string) =>
    Object.defineProperty({ id, kind: 'box', label: 'car' }, 'box', {
      enumerable: true,
      get: () => {
        read += 1;
        return [1, 2, 3, 4];
      },
    });
  const marks = ['1', '2', '3'].map(mark);
  const edit = { reason: 'create', changes: [{ do: 'put', index: 3, before: null, after: mark('4') }] };
  const draft = { annotations: marks, history: { editor: { version: 1, done: [edit], undone: [] } } } as never;
  const moments: IdleRequestCallback[] = [];
  vi.stubGlobal('requestIdleCallback', (moment: IdleRequestCallback) => moments.push(moment));
  foldAhead(draft);
  expect(read).toBe(0);
  let turns = 0;
  for (let moment = moments.shift(); moment; moment = moments.shift()) {
    // Each has room for one piece.
    const room = [1, 0];
    moment({ didTimeout: false, timeRemaining: () => room.shift() ?? 0 });
    turns += 1;
  }
  expect(turns).toBeGreaterThan(4);
  const ahead = read;
  const text = folded(draft);
  expect(read).toBe(ahead);
  expect(JSON.parse(text.annotations)).toEqual(marks);
  expect(unfolded(text).history).toEqual({ editor: { version: 1, done: [edit], undone: [] } });
});

it('leaves it to the first gesture where no moment is idle', () => {
  expect(() => foldAhead({ annotations: [], history: null })).not.toThrow();
});
