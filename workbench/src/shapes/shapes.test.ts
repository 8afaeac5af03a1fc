/** A shape is one folder: one that lies elsewhere works by being entered, and nothing else knows of it. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { enterMeasure, type Measure, similarity } from '../model/similarity';
import { validate } from '../model/validate';
import { figureOf } from '../render/figure';
import { hintText } from '../tools/hints';
import { Hands } from '../tools/testing/hands';
import { enter, kindsOf, SHAPE_KINDS, type ShapeFolder } from '.';

const folders = import.meta.glob<ShapeFolder>('./*/index.ts', { eager: true, import: 'default' });
const inks = import.meta.glob<unknown>('./*/ink.ts', { eager: true, import: 'ink' });
const toys = import.meta.glob<ShapeFolder>('./testing/toys/*/index.ts', { eager: true, import: 'default' });
const measures = import.meta.glob<Measure>('./testing/toys/*/similarity.ts', { eager: true, import: 'similarity' });

it('every folder is named as its kind and brings ink for the painting worker', () => {
  const { $defs } = JSON.parse(readFileSync(new URL('../../../vectors/answer.schema.json', import.meta.url), 'utf8'));
  const published = Object.keys($defs).filter((kind) => !['attributes', 'tag', 'text'].includes(kind));
  expect([...SHAPE_KINDS].sort()).toEqual(published.sort());
  for (const [path, { model, ink, tools }] of Object.entries(folders)) {
    expect(path).toBe(`./${model.kind}/index.ts`);
    expect(inks[`./${model.kind}/ink.ts`]).toBe(ink);
    for (const tool of tools) expect([tool.kind, tool.icon?.startsWith('M')]).toEqual([model.kind, true]);
  }
});

it('no two tools have one name or one key', () => {
  const tools = Object.values(folders).flatMap((folder) => folder.tools);
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
  expect(new Set(tools.map(({ key }) => key)).size).toBe(tools.length);
});

it('a new shape is drawn, adjusted, moved, checked, compared and painted without an edit elsewhere', () => {
  for (const toy of Object.values(toys)) enter(toy);
  for (const measure of Object.values(measures)) enterMeasure('cross', measure);
  const schema = { labels: [{ name: 'mark', kinds: ['cross'] }], tags: [] } as never;
  expect(kindsOf(schema)).toEqual(['cross']);
  const hands = new Hands(null, { schema });
  expect(hands.session.tools().map(({ name, icon }) => [name, icon])).toContainEqual(['cross', 'M4 12h16M12 4v16']);
  expect([hands.session.tool, hintText(hands.hints.at(-1)!)]).toEqual(['cross', 'Tap the middle of the cross.']);
  hands.tap([100, 100]);
  const made = hands.last;
  expect(made).toMatchObject({ kind: 'cross', label: 'mark', cross: [100, 100, 10] });
  hands.session.setTool('select');
  hands.drag([100, 100], [140, 120]);
  expect(hands.last).toMatchObject({ cross: [140, 120, 10] });
  hands.session.nudge(5, 0);
  expect(hands.last).toMatchObject({ cross: [145, 120, 10] });
  const image = { width: 1000, height: 800 };
  const answer = (cross: unknown) => ({ annotations: [{ ...made, cross } as never], nothing_to_mark: false });
  expect(validate(schema, answer([5, 5, 10]), [image])).toEqual([]);
  expect(validate(schema, answer([5, 5, 0]), [image])).toMatchObject([{ code: 'too_small', field: 'cross' }]);
  expect(similarity(made as never, made as never, image)).toBe(1);
  expect(figureOf(made as never).bounds).toEqual([90, 90, 110, 110]);
  hands.session.undo();
  hands.session.undo();
  hands.session.undo();
  expect(hands.annotations).toEqual([]);
});
