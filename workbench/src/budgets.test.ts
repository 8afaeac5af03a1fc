/** What a page may weigh on a slow line, measured on the build (run `npm run build` first). */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly assets?: readonly string[];
}

const DIST = new URL('../dist/', import.meta.url);
const manifest: Record<string, Chunk> = JSON.parse(readFileSync(new URL('manifest.json', DIST), 'utf8'));

/** The chunk and all that it loads at once. */
function loaded(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const next of manifest[name]?.imports ?? []) loaded(next, found);
  return found;
}

const weight = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length, 0);

const WORK = 'src/entries/work.tsx';
const BENCH = 'src/ui/drawing-bench.tsx';

it('a choice task never loads the drawing engine', () => {
  const files = [...loaded(WORK)].map((name) => manifest[name]!.file);
  const code = files.map((file) => readFileSync(new URL(file, DIST), 'utf8')).join('');
  // Names of states survive minification; one of each room is enough.
  for (const state of ['box.dragging', 'brush.painting', 'path.placing']) expect(code).not.toContain(state);
  expect([...loaded(BENCH)].some((name) => !loaded(WORK).has(name))).toBe(true);
});

it('a choice task stays below 25 KB of script', () => {
  expect(weight([...loaded(WORK)].map((name) => manifest[name]!.file))).toBeLessThan(25 * 1024);
});

it('a task of boxes and polygons stays below 68 KB of script', () => {
  // The goal is 60 KB.
  const names = new Set(
    [WORK, BENCH, 'src/shapes/box/index.ts', 'src/shapes/polygon/index.ts'].flatMap((name) => [...loaded(name)]),
  );
  const workers = [...names].flatMap((name) => manifest[name]!.assets ?? []).filter((file) => file.endsWith('.js'));
  expect(workers).toHaveLength(1);
  expect(weight([...[...names].map((name) => manifest[name]!.file), ...workers])).toBeLessThan(68 * 1024);
});

it('nothing is inlined that the content policy would refuse', () => {
  const scripts = Object.values(manifest).map(({ file }) => readFileSync(new URL(file, DIST), 'utf8'));
  for (const script of scripts) expect(script).not.toMatch(/\beval\(|new Function\(|data:text\/javascript/);
});
