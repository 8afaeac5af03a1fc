import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultText } from '../../app/fault-text';
import { toolbox } from '../../tools/toolbox';
import { keyWords, look, markWords, paid } from '../english/strings-rest';
import { say } from '../strings';
import { kept } from '../strings-device';
import { tell } from '../strings-more';
import { words } from '../strings-pages';
import { reviewWords } from '../strings-review';
import spanishFaults from './faults.json';
import * as spanish from './strings';
import * as spanishDevice from './strings-device';
import * as spanishMore from './strings-more';
import * as spanishPages from './strings-pages';
import * as spanishRest from './strings-rest';
import * as spanishReview from './strings-review';

const source = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const models = Object.values(
  import.meta.glob<string>('../../shapes/*/model.ts', { eager: true, query: '?raw', import: 'default' }),
);

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

describe('Spanish', () => {
  it.each([
    ['the first image', say, spanish.say],
    ['the device', kept, spanishDevice.kept],
    ['the keys', keyWords, spanishRest.keyWords],
    ['the look', look, spanishRest.look],
    ['a drawing task at once', tell, { ...spanishMore.tell, hints: {} }],
    ['the list of marks', markWords, spanishRest.markWords],
    ['the rest of paid work', paid, spanishRest.paid],
    ['the pages around it', words, spanishPages.words],
    ['a review', reviewWords, spanishReview.reviewWords],
  ])('says all that English says, with the same values: %s', (_name, english, other) => {
    expect(said(other)).toEqual(said(english));
  });

  it('has words for every hint, fault and tool of the engine', () => {
    const { hints } = spanishMore.tell;
    const faults: Record<string, string> = spanishFaults;
    const general = source('tools/hints.ts').matchAll(/^ {2}(\w+): '/gm);
    const codes = [
      ...[...general].map(([, code]) => code!),
      ...toolbox().flatMap((tool) => Object.keys(tool.hints ?? {})),
    ];
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !hints[code])).toEqual([]);
    const { tool, kind } = spanishMore.tell;
    expect(toolbox().filter(({ name }) => !(name in tool || name in kind))).toEqual([]);
    const sentences = [source('model/validate.ts'), source('model/inside.ts'), ...models].flatMap((text) =>
      [...text.matchAll(/'([A-Z“][^'\n]* [^'\n]*[.:])'|`([^`]* [^`]*\.)`/g)].map(([, plain, template]) =>
        (plain ?? template!).replaceAll(/\$\{[^}]*\}/g, '{}'),
      ),
    );
    expect(sentences.length).toBeGreaterThan(30);
    expect([...new Set(sentences)].filter((sentence) => !(sentence in faults))).toEqual([]);
    expect(faultText('Choose one of the languages: es, en.', faults)).toBe('Elige uno de los idiomas: es, en.');
    expect(faultText('car has no “age”.', faults)).toBe('car no tiene «age».');
    expect(faultText('What nobody translated.', faults)).toBe('What nobody translated.');
  });

  it('is not carried by pages in English', () => {
    for (const name of ['strings', 'strings-device', 'strings-more', 'strings-pages', 'strings-review'])
      expect(readFileSync(new URL(`../${name}.ts`, import.meta.url), 'utf8')).not.toMatch(/^import .*spanish/m);
  });
});
