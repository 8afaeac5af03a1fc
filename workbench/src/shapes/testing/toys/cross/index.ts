/** A shape that is not one of ours: four arms of one length about a place, `"cross": [x, y, arm]`. */
import { distance, inImage, type Position } from '../../../../geometry/points';
import type { ShapeInk } from '../../../../model/ink';
import type { ShapeModel } from '../../../../model/kind';
import { type Bench, type Press, State } from '../../../../tools/tool';
import type { ShapeFolder } from '../../..';

export interface Cross {
  readonly id: string;
  readonly kind: 'cross';
  readonly label: string;
  readonly cross: readonly [x: number, y: number, arm: number];
}

const model = {
  kind: 'cross',
  accept: 0.7,
  bounds: ({ cross: [x, y, arm] }: Cross) => [x - arm, y - arm, x + arm, y + arm],
  covers: ({ cross: [x, y] }: Cross, at: Position, slack: number) => distance([x, y], at) <= slack,
  borderDistance: () => Infinity,
  shifted: (shape: Cross, shift: (point: Position) => Position) => ({
    ...shape,
    cross: [...shift([shape.cross[0], shape.cross[1]]), shape.cross[2]],
  }),
  handles: ({ cross: [x, y] }: Cross) => [{ key: 'centre', role: 'vertex', at: [x, y] }],
  dragged: (shape: Cross, _key: string, [x, y]: Position) => ({ ...shape, cross: [x, y, shape.cross[2]] }),
  problem: ({ cross: [, , arm] }: Cross) => (arm < 1 ? ['cross', 'too_small', 'This cross is too small.'] : null),
};

const ink = {
  strokes: ({ cross: [x, y, arm] }: Cross) => ({
    open: [
      [
        [x - arm, y],
        [x + arm, y],
      ],
      [
        [x, y - arm],
        [x, y + arm],
      ],
    ],
  }),
};

class CrossIdle extends State {
  readonly name = 'cross.idle';

  constructor(bench: Bench) {
    super(bench);
    bench.hint('cross');
  }

  override up(press: Press): State {
    const [x, y] = inImage(press.at, this.bench.image);
    this.bench.create({ kind: 'cross', cross: [x, y, 10] } as never);
    return this;
  }
}

export default {
  model: model as unknown as ShapeModel,
  ink: ink as unknown as ShapeInk,
  tools: [
    {
      name: 'cross',
      title: 'Cross',
      key: 'X',
      kind: 'cross',
      order: 100,
      icon: 'M4 12h16M12 4v16',
      hints: { cross: 'Tap the middle of the cross.' },
      start: (bench) => new CrossIdle(bench),
    },
  ],
} satisfies ShapeFolder;
