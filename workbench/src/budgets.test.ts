/** What a page may weigh on a slow line, measured on the build (run `npm run build` first). */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly assets?: readonly string[];
  readonly css?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

const DIST = new URL('../dist/', import.meta.url);
const manifest: Record<string, Chunk> = JSON.parse(readFileSync(new URL('manifest.json', DIST), 'utf8'));

/** The chunk and all that it loads at once, or `ever`. */
function loaded(name: string, found = new Set<string>(), ever = false): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const { imports = [], dynamicImports = [] } = manifest[name] ?? {};
  for (const next of ever ? [...imports, ...dynamicImports] : imports) loaded(next, found, ever);
  return found;
}

const weight = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length, 0);

/** Files of script behind these names, workers included. */
function filesOf(names: Iterable<string>): Set<string> {
  const files = [...names].flatMap((name) => [manifest[name]!.file, ...(manifest[name]!.assets ?? [])]);
  return new Set(files.filter((file) => file.endsWith('.js')));
}

/** Files of script that these entries load at once. */
const scripts = (...entries: readonly string[]): Set<string> => filesOf(entries.flatMap((entry) => [...loaded(entry)]));

/** The language whose words a chunk holds, which only pages in that language load; null for all the others. */
const languageOf = (name: string): string | null =>
  // Chunks that words of one language share; `said` is how Arabic counts.
  /^_(arabic|spanish|said)-/.exec(name)?.[1]?.replace('said', 'arabic') ??
  /^src\/ui\/(\w+)\/strings/.exec(name)?.[1] ??
  null;

const shape = (kind: string): string => `src/shapes/${kind}/index.ts`;

const WORK = 'src/entries/work.tsx';
const BENCH = 'src/ui/drawing-bench.tsx';
const REST = 'src/ui/work-rest.ts';

// What comes when it is first wanted (notices, the sheets, the panel of the device) is wanted by choice tasks, too.
it.each([WORK, REST])('a choice task never loads the drawing engine: %s', (entry) => {
  const code = [...scripts(entry)].map((file) => readFileSync(new URL(file, DIST), 'utf8')).join('');
  // Names of states survive minification; one of each room is enough.
  for (const state of ['box.dragging', 'brush.painting', 'path.placing'])
    expect(code.includes(state), state).toBe(false);
  expect([...loaded(BENCH)].some((name) => !loaded(entry).has(name))).toBe(true);
});

it('a choice task stays below 25 KB of script', () => {
  expect(weight([...loaded(WORK)].map((name) => manifest[name]!.file))).toBeLessThan(25 * 1024);
});

it('a task of boxes and polygons stays below 60 KB of script, with its worker', () => {
  expect(weight(scripts(WORK, BENCH, shape('polygon')))).toBeLessThan(60 * 1024);
});

it('everything that a task page can ever load, in whatever language, stays below 110 KB of script', () => {
  const names = [...loaded(WORK, new Set(), true)];
  const languages = new Set(names.map(languageOf));
  expect([...languages].sort()).toEqual(['arabic', 'english', null, 'spanish']);
  for (const language of languages) {
    const one = names.filter((name) => [null, language].includes(languageOf(name)));
    expect(weight(filesOf(one)), language ?? 'no language').toBeLessThan(110 * 1024);
  }
});

it('what is loaded at once for drawing comes in few files: a request costs 562 ms on a slow line', () => {
  const KEEPING = 'src/app/keeping.ts';
  // And the painter, which comes after the image.
  expect(scripts(WORK, BENCH, KEEPING).size - 1).toBeLessThanOrEqual(5);
});

it('all style of the workbench stays below 15 KB', () => {
  const sheets = new Set(Object.values(manifest).flatMap(({ file, css = [] }) => [file, ...css]));
  expect(weight([...sheets].filter((file) => file.endsWith('.css')))).toBeLessThan(15 * 1024);
});

it('nothing is inlined that the content policy would refuse', () => {
  const scripts = Object.values(manifest).map(({ file }) => readFileSync(new URL(file, DIST), 'utf8'));
  for (const script of scripts) expect(script).not.toMatch(/\beval\(|new Function\(|data:text\/javascript/);
});
