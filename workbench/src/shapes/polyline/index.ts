import { PathIdle } from '../../tools/path/idle';
import type { Path } from '../../tools/path/path';
import type { ShapeFolder } from '..';
import { arrowheads } from './arrowheads';
import { ink } from './ink';
import { polyline } from './model';

const path: Path = {
  closed: false,
  least: 2,
  hint: 'polyline',
  hintOpen: 'polyline_open',
  shape: (points) => ({ kind: 'polyline', polyline: points }),
  inHand: arrowheads,
};

export default {
  model: polyline,
  ink,
  tools: [
    {
      name: 'polyline',
      title: 'Line',
      key: 'L',
      kind: 'polyline',
      order: 60,
      icon: 'M3 18l6-9 5 6 7-10',
      hints: {
        polyline: 'Tap along the line.',
        polyline_open: 'Go on along the line. End on the last point, with a double tap or Enter.',
      },
      start: (bench) => new PathIdle(bench, path),
    },
  ],
} satisfies ShapeFolder;
