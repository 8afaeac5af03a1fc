import type { ShapeFolder } from '..';
import { PointIdle } from './idle';
import { ink } from './ink';
import { point } from './model';

export default {
  model: point,
  ink,
  tools: [
    {
      name: 'point',
      title: 'Point',
      key: 'K',
      kind: 'point',
      order: 50,
      icon: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3',
      hints: { point: 'Tap the place.' },
      start: (bench) => new PointIdle(bench),
    },
  ],
} satisfies ShapeFolder;
