import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Every file of src/entries is an entry of its own: a page names the one it needs in manifest.json. */
function entries(): Record<string, string> {
  const folder = here('./src/entries');
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder).filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name));
  return Object.fromEntries(files.map((name) => [name.replace(/\.tsx?$/, ''), `${folder}/${name}`]));
}

/**
 * Vite wraps each `import()` in a call that preloads what the code needs, styles above all. Pages name their one sheet and
 * their first code themselves (the template tag `workbench`): 1.4 KB of wrapping on a drawing page, for nothing. There is no
 * option against it (`modulePreload: false` keeps the wrapping).
 */
const plainImports: Plugin = {
  name: 'plain-imports',
  configResolved({ plugins }) {
    const list = plugins as Plugin[];
    const place = list.findIndex(({ name }) => name === 'native:import-analysis-build');
    if (place < 0) throw new Error('Vite renamed the plugin that wraps import(): look for its new name');
    list.splice(place, 1);
  },
};

/** What a page asks of flatbush: the rest of the class, which no minifier can prove unused, and its queue stay away. */
const FLATBUSH_WANTED = new Set(['constructor', 'add', 'finish', 'search', '_collectContained']);

/** 1.2 KB of gzip: nearest neighbours and trees read from a buffer are never asked for here. */
const leanFlatbush: Plugin = {
  name: 'lean-flatbush',
  transform(code, id) {
    if (!/node_modules[\\/]flatbush[\\/]index\.js$/.test(id)) return null;
    const parts = this.parse(code).body.map((node) => ('declaration' in node ? node.declaration : node));
    const body = parts.flatMap((node) => (node?.type === 'ClassDeclaration' ? node.body.body : []));
    const name = (member: (typeof body)[number]) =>
      'key' in member && member.key.type === 'Identifier' ? member.key.name : '';
    const gone = body.filter((member) => !FLATBUSH_WANTED.has(name(member))).reverse();
    const queue = 'this._queue = new FlatQueue();';
    if (body.length - gone.length !== FLATBUSH_WANTED.size || !code.includes(queue))
      throw new Error('flatbush is not as it was: look anew at what of it is wanted');
    return gone.reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), code).replace(queue, '');
  },
};

const EXPORTS = /export\{([^}]*)\};?\s*$/;
const FACADE = /^(?:import\{([^}]*)\}from"\.\/([^"]+)";)?export\{([^}]*)\}(?:from"\.\/([^"]+)")?;?\s*$/;

/** `a as b,c` by the outer name: b is a, c is c. */
const renamed = (list = ''): Map<string, string> =>
  new Map(
    list
      .split(',')
      .map((pair) => pair.split(' as '))
      .map(([own = '', outer = own]) => [outer, own]),
  );

/**
 * What is imported later and lies in a chunk of several modules gets a file of its own that only passes its names on: a
 * request (half a second on a slow line) for fifty bytes. The chunk gives the names itself instead.
 */
const noFacades: Plugin = {
  name: 'no-facades',
  /** The names that are added below change the file, so they must change what it is called: it is kept for ever. */
  augmentChunkHash: ({ modules }) =>
    Object.values(modules)
      .flatMap(({ renderedExports }) => renderedExports)
      .join(),
  writeBundle({ dir }) {
    const manifest = `${dir}/manifest.json`;
    const chunks: Record<string, { file: string; isDynamicEntry?: boolean }> = JSON.parse(
      readFileSync(manifest, 'utf8'),
    );
    const files = Object.values(chunks).map(({ file }) => file);
    const code = new Map(
      files.filter((file) => file.endsWith('.js')).map((file) => [file, readFileSync(`${dir}/${file}`, 'utf8')]),
    );
    for (const [key, chunk] of Object.entries(chunks)) {
      const [, imports, from, exports, direct] = FACADE.exec(code.get(chunk.file) ?? '') ?? [];
      const target = direct ?? from;
      if (!chunk.isDynamicEntry || target === undefined) continue;
      const whole = Object.values(chunks).find(({ file }) => file === `assets/${target}`)!;
      // The names here, those between the two files, and those inside the chunk: `via` is told the other way round.
      const via = new Map(
        from === undefined ? [] : imports!.split(',').map((pair) => pair.split(' as ').reverse() as [string, string]),
      );
      const text = code.get(whole.file)!;
      const inside = renamed(EXPORTS.exec(text)![1]);
      const more = [...renamed(exports)]
        .map(([outer, own]) => [outer, inside.get(via.get(own) ?? own)!] as const)
        .filter(([outer]) => !inside.has(outer));
      code.set(
        whole.file,
        text.replace(EXPORTS, (_, list) => `export{${[list, ...more.map(([outer, own]) => `${own} as ${outer}`)]}};`),
      );
      for (const [file, caller] of code)
        code.set(file, caller.replaceAll(chunk.file.replace('assets', '.'), `./${target}`));
      code.delete(chunk.file);
      rmSync(`${dir}/${chunk.file}`);
      chunks[key] = { ...chunk, ...whole, isDynamicEntry: true };
    }
    for (const [file, text] of code) writeFileSync(`${dir}/${file}`, text);
    writeFileSync(manifest, JSON.stringify(chunks, null, 2));
  },
};

/** What every page needs at once: one chunk in place of ten (a request costs 562 ms on a slow line, and gzip likes company). */
const SHARED =
  /node_modules[\\/]@?preact|src[\\/](ui[\\/](strings|device|look-button|stage|photo|photo-view|typing|choices|keymap|answer|icons|lazy|picture|keys|layout|format|pen|tint|wide-screen)|tools[\\/]chord|transport[\\/](api|outcome)|app[\\/](island|uuid)|render[\\/]tint|model[\\/](schema|annotation|suggestions))\.tsx?$/;

/** Likewise what every drawing task needs, apart from the shapes of its schema; geometry serves the checks as well. */
const GROUPS = [
  { name: 'shared', test: SHARED, priority: 3 },
  { name: 'more', test: /src[\\/]ui[\\/](strings-more|sheet|tool-icons)\.tsx?$/, priority: 2 },
  {
    name: 'drawing',
    test: /src[\\/]((geometry|model)[\\/](?!flood|slic|parts|cutout|proposals|lab|livewire|raster|overlap|similarity|trace|validate|mask|flip|clean)|render[\\/](?!tile-queue|mini-map|static-scene|stroke-layer|loupe|local-assist|assist-worker|cut-out|overlays|layers)|tools[\\/](?!brush|chord|wand|livewire|cutout)|shapes[\\/](index|box)|ui[\\/](shape-bench|drawing-bench))/,
    priority: 1,
  },
  // How Arabic counts is needed by all its words, and the first of them must not wait for the others.
  { name: 'said', test: /src[\\/]ui[\\/]arabic[\\/](said|strings)\.ts$/, priority: 3 },
  { name: 'arabic', test: /src[\\/]ui[\\/]arabic[\\/]strings-(more|rest)\.ts$/, priority: 2 },
  { name: 'spanish', test: /src[\\/]ui[\\/]spanish[\\/]strings-(more|rest)\.ts$/, priority: 2 },
  // Whoever needs these words waits for them, and for nothing else.
  { name: 'words', test: /src[\\/]ui[\\/]strings-rest\.ts$/ },
  { name: 'kept', test: /src[\\/]app[\\/](keeping|held|outlived|device|waiting)\.ts$/ },
  {
    name: 'rest',
    test: /src[\\/](ui[\\/](guideline|message|notices|look-panel|work-rest|keys-sheet|photo-gestures)|app[\\/]asking)\.tsx?$/,
  },
  {
    // What a drawing task comes to need after its first image: of one piece, since each of them alone is a request.
    name: 'regions',
    test: /(flatbush[\\/]index|src[\\/](model[\\/]validate|app[\\/]check|geometry[\\/]parts|render[\\/](layers|loupe|mini-map|overlays|tile-queue)|ui[\\/](regions|copies|attribute|text-field|image-questions|brush-bar|find-label|finish-bar|peek|bench-rest)))\.[jt]sx?$/,
  },
  {
    name: 'pixels',
    // Before the others, which would take along what they need of these. Help with outlines reads pixels, too.
    priority: 1,
    test: /src[\\/](geometry[\\/](mask|flip|clean|trace)|tools[\\/](brush|wand|cutout|livewire[\\/]wiring)|shapes[\\/]mask[\\/](?!similarity)|render[\\/](stroke-layer|local-assist|cut-out)|app[\\/]server-assist)/,
  },
];

export default defineConfig(({ command }) => ({
  plugins: command === 'build' ? [plainImports, leanFlatbush, noFacades] : [],
  // Relative, so that the same build works below any static prefix and beside any host.
  base: './',
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    // Under the enforced policy (script-src, worker-src and style-src 'self') a data: URL would be refused.
    assetsInlineLimit: 0,
    // Pages name what they load at once themselves (the template tag `workbench`): the preloader would only repeat it.
    modulePreload: false,
    rollupOptions: { input: entries(), output: { codeSplitting: { groups: GROUPS } } },
  },
  worker: { format: 'es' },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
    environment: 'node',
    // Pages load the kinds of their schema; tests have them all.
    setupFiles: ['src/shapes/testing/every.ts', 'src/tools/testing/seed.ts'],
  },
}));
