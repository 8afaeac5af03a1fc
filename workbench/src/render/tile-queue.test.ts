import { beforeAll, expect, it } from 'vitest';
import type { Context } from './ink';
import { TileQueue, type Wish } from './tile-queue';
import { levelOf } from './tiles';

/** Takes every call and paints nothing. */
const nowhere = <T>(): T =>
  new Proxy({ canvas: {} } as object, { get: (own, key) => Reflect.get(own, key) ?? (() => ({ width: 0 })) }) as T;

beforeAll(() => {
  globalThis.Path2D ??= class {
    constructor() {
      // biome-ignore lint/correctness/noConstructorReturn: stands for any path
      return nowhere<object>();
    }
  } as unknown as typeof Path2D;
});

const VIEWPORT = { width: 1000, height: 500, density: 1 };
const LEVEL = levelOf({ scale: 1, x: 0, y: 0 }, VIEWPORT);
const TILES = [
  { column: 0, row: 0 },
  { column: 1, row: 0 },
];

const wish = (serial: number, change: Partial<Wish> = {}): Wish => ({
  serial,
  level: LEVEL,
  hidden: [],
  fillOpacity: 0.2,
  share: 1,
  tiles: TILES,
  ...change,
});

/** 40 boxes in each of two tiles: more than one step paints. */
function queue(): TileQueue {
  const made = new TileQueue();
  const put = Array.from({ length: 80 }, (_, i) => ({
    shape: { id: String(i), kind: 'box', label: 'a', box: [(i % 2) * 500 + 100, 100 + i, 90, 90] } as const,
    style: { color: '#0072b2', dash: 0 },
  }));
  made.patch(put, []);
  return made;
}

/** Serials and columns of the tiles that come, and how many steps there were. */
function all(painter: TileQueue): { came: [number, number][]; steps: number } {
  const came: [number, number][] = [];
  let steps = 0;
  while (painter.next !== null) {
    steps++;
    const painted = painter.step(nowhere<Context>());
    if (painted !== null) came.push([painted.serial, painted.tile.column]);
  }
  return { came, steps };
}

it('tiles come in the order of the wish, each in several steps', () => {
  const painter = queue();
  painter.want(wish(1));
  const { came, steps } = all(painter);
  expect(came).toEqual([
    [1, 0],
    [1, 1],
  ]);
  // 40 shapes are two paths of at most 32, and a last step says that the tile is done.
  expect(steps).toBe(6);
});

it('a tile that is begun goes on under a new wish that shows it alike, and comes once', () => {
  const painter = queue();
  painter.want(wish(1));
  painter.step(nowhere<Context>());
  painter.want(wish(2, { tiles: [TILES[1]!, TILES[0]!] }));
  const { came, steps } = all(painter);
  expect(came).toEqual([
    [2, 0],
    [2, 1],
  ]);
  expect(steps).toBe(5);
});

it('a tile that is begun is dropped when the scale, what is hidden or a shape changes', () => {
  const other = levelOf({ scale: 2, x: 0, y: 0 }, VIEWPORT);
  for (const change of [{ level: other }, { hidden: ['0'] }, {}]) {
    const painter = queue();
    painter.want(wish(1));
    painter.step(nowhere<Context>());
    if (Object.keys(change).length === 0) painter.patch([], ['79']);
    painter.want(wish(2, { tiles: [TILES[0]!], ...change }));
    painter.step(nowhere<Context>());
    expect(painter.next, JSON.stringify(change)).not.toBeNull();
    expect(all(painter).came).toEqual([[2, 0]]);
  }
});
