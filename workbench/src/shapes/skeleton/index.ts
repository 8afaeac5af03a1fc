import type { ShapeFolder } from '..';
import { SkeletonIdle } from './idle';
import { ink } from './ink';
import { skeleton } from './model';

export default {
  model: skeleton,
  ink,
  tools: [
    {
      name: 'skeleton',
      title: 'Skeleton',
      key: 'J',
      kind: 'skeleton',
      order: 70,
      icon: 'M12 4v8M12 12l-5 8M12 12l5 8M6 9h12',
      hints: { skeleton_next: 'Tap the next point:' },
      start: (bench) => new SkeletonIdle(bench),
    },
  ],
} satisfies ShapeFolder;
