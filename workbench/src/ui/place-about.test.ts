import { expect, it } from 'vitest';
import { placeAbout } from './place-about';

const TEXTS = ['What to mark', 'Carpets are left out.', 'Cars and vans, with mirrors.', 'Un árbol caído', 'C++ (code)'];

it('finds the first text that names a label as a word of its own, in whatever number and case', () => {
  expect(placeAbout(TEXTS, 'car')).toBe(2);
  expect(placeAbout(TEXTS, 'Van')).toBe(2);
  expect(placeAbout(TEXTS, 'ÁRBOL')).toBe(3);
  expect(placeAbout(TEXTS, 'C++ (code)')).toBe(4);
});

it('finds nothing where a label is only part of a word, or is not spoken of', () => {
  expect(placeAbout(TEXTS, 'rbol')).toBe(-1);
  expect(placeAbout(TEXTS, 'tree')).toBe(-1);
});
