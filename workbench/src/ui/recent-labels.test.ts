import { expect, it } from 'vitest';
import { recentFirst } from './recent-labels';

const letters = (text: string) => [...text];

it('few labels stay as the schema has them', () => {
  expect(recentFirst(letters('abcdefghijkl'), ['c'])).toEqual(letters('abcdefghijkl'));
});

it('of many those used last come first, in the order of the schema', () => {
  expect(recentFirst(letters('abcdefghijklm'), letters('kckk')).join('')).toBe('ckabdefghijlm');
});

it('only the last six, and none that this schema does not have', () => {
  expect(recentFirst(letters('abcdefghijklm'), letters('mzlkjihg')).join('')).toBe('hijklmabcdefg');
});
