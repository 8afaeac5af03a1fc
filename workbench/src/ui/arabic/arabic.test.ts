import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keyWords, look, markWords, paid } from '../english/strings-rest';
import spanishFaults from '../spanish/faults.json';
import * as spanishMore from '../spanish/strings-more';
import { say } from '../strings';
import { kept } from '../strings-device';
import { tell } from '../strings-more';
import { words } from '../strings-pages';
import { reviewWords } from '../strings-review';
import arabicFaults from './faults.json';
import arabicHints from './hints.json';
import { counted } from './said';
import * as arabic from './strings';
import * as arabicDevice from './strings-device';
import * as arabicMore from './strings-more';
import * as arabicPages from './strings-pages';
import * as arabicRest from './strings-rest';
import * as arabicReview from './strings-review';

/** Paths of all that is said; of a function, the values it puts into its sentence. */
function said(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return [path];
  if (typeof value === 'function') {
    const names = Array.from({ length: value.length }, (_, at) => `‹${at}›`);
    const sentence = String(value(...names));
    return [`${path}(${names.filter((name) => sentence.includes(name)).join()})`];
  }
  return Object.entries(value as object).flatMap(([key, inner]) => said(inner, `${path}.${key}`));
}

describe('Arabic', () => {
  it.each([
    ['the first image', say, arabic.say],
    ['the device', kept, arabicDevice.kept],
    ['the keys', keyWords, arabicRest.keyWords],
    ['the look', look, arabicRest.look],
    ['a drawing task at once', tell, arabicMore.tell],
    ['the list of marks', markWords, arabicRest.markWords],
    ['the rest of paid work', paid, arabicRest.paid],
    ['the pages around it', words, arabicPages.words],
    ['a review', reviewWords, arabicReview.reviewWords],
  ])('says with the same values what English says, and nearly all of it: %s', (_name, english, other) => {
    // What is new in English is said in English until somebody translates it; Spanish is never behind.
    const [all, spoken] = [said(english), said(other)];
    expect(spoken.filter((path) => !all.includes(path))).toEqual([]);
    expect(spoken.length / all.length).toBeGreaterThan(0.9);
  });

  it('counts as Arabic does', () => {
    const marks = (n: number) => counted(n, 'علامة واحدة', 'علامتان', 'علامات', 'علامة');
    expect([0, 1, 2, 3, 10, 11, 99, 100, 103].map(marks)).toEqual([
      '0 علامة',
      'علامة واحدة',
      'علامتان',
      '3 علامات',
      '10 علامات',
      '11 علامة',
      '99 علامة',
      '100 علامة',
      '103 علامات',
    ]);
  });

  it('names every fault that Spanish names, with the same values', () => {
    const values = (faults: object) => Object.entries(faults).map(([key, text]) => [key, text.split('{}').length]);
    expect(values(arabicFaults)).toEqual(values(spanishFaults));
  });

  it('has words for every hint that Spanish has words for', () => {
    expect(Object.keys(arabicHints).sort()).toEqual(Object.keys(spanishMore.tell.hints).sort());
  });

  it('is not carried by pages in another language', () => {
    for (const part of ['', '-device', '-more', '-pages', '-review']) {
      const source = readFileSync(new URL(`../strings${part}.ts`, import.meta.url), 'utf8');
      expect(source).not.toMatch(/^import .*arabic/m);
    }
  });
});
