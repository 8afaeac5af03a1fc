import { expect, test } from 'vitest';
import { Answer } from './answer';
import { digit, place, tagAt } from './choices';

test('number keys run from 1 to 9 and then 0, on the keypad too', () => {
  expect([0, 8, 9, 10].map(digit)).toEqual(['1', '9', '0', undefined]);
  expect(['Digit1', 'Digit0', 'Numpad3', 'KeyA'].map(place)).toEqual([0, 9, 2, null]);
});

test('a number counts through all groups', () => {
  const groups = [
    { name: 'a', options: ['x', 'y'] },
    { name: 'b', options: ['z'] },
  ];
  const answer = new Answer({ labels: [], tags: groups }, { width: 1, height: 1, sources: [] });
  expect(tagAt(answer, 2)?.option).toBe('z');
  expect(tagAt(answer, 3)).toBeNull();
  expect(tagAt(answer, -1)).toBeNull();
});
