/** Who may know whom. Arrows point down only; this test is the law, docs repeat it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('.', import.meta.url));

/** Each room and the rooms it may import. Render drives the tools; a tool never knows how it is drawn. */
const ALLOWED: Record<string, readonly string[]> = {
  geometry: [],
  // Made from the API's document: types only, and it imports nothing.
  openapi: [],
  model: ['openapi', 'geometry'],
  tools: ['model', 'geometry'],
  // One folder per kind of shape; found by name, so nothing above names a kind.
  shapes: ['tools', 'model', 'geometry'],
  render: ['shapes', 'tools', 'model', 'geometry'],
  // The shapes of what travels, so that the shell's rooms name them alike.
  wire: ['openapi', 'model', 'geometry'],
  ui: ['wire', 'render', 'shapes', 'tools', 'model', 'geometry'],
  transport: ['wire', 'model', 'geometry'],
  // A script of its own, without a page: it sends what no page is left to send.
  'service-worker': ['transport', 'wire', 'model', 'geometry'],
  app: ['wire', 'ui', 'transport', 'render', 'shapes', 'tools', 'model', 'geometry'],
  entries: ['wire', 'app', 'ui', 'transport', 'render', 'shapes', 'tools', 'model', 'geometry'],
};

function* files(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (/\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) yield path;
  }
}

/** The folder below src, or the name of a file that lies there. */
const roomOf = (path: string): string =>
  relative(SRC, path)
    .split('/')[0]!
    .replace(/\.tsx?$/, '');

const imports = (source: string): string[] =>
  [...source.matchAll(/(?:from|import|new URL)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map((match) => match[1]!);

describe('the rooms', () => {
  const all = [...files(SRC)].map((path) => ({ path, room: roomOf(path) }));

  it('are the ones that are listed', () => {
    expect(all.filter(({ room }) => !(room in ALLOWED)).map(({ path }) => relative(SRC, path))).toEqual([]);
  });

  it('import downwards only', () => {
    const wrong: string[] = [];
    for (const { path, room } of all) {
      for (const target of imports(readFileSync(path, 'utf8'))) {
        const to = roomOf(resolve(dirname(path), target));
        if (to !== room && !(ALLOWED[room] ?? []).includes(to)) wrong.push(`${relative(SRC, path)} -> ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('keep the DOM out of geometry, model, tools and shapes', () => {
    const wrong = all
      .filter(({ room }) => ['geometry', 'model', 'tools', 'shapes'].includes(room))
      .filter(({ path }) => /\b(document|window|navigator|HTML\w*Element|requestAnimationFrame)\b/.test(code(path)))
      .map(({ path }) => relative(SRC, path));
    expect(wrong).toEqual([]);
  });
});

/** The source without its comments, which may well speak of windows and documents. */
const code = (path: string): string =>
  readFileSync(path, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');
