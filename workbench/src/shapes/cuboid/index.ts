import { roundedPosition } from '../../geometry/points';
import { boxRing } from '../../geometry/rotation';
import { newBox } from '../../model/frame';
import type { Between } from '../../tools/box/between';
import { BoxIdle } from '../../tools/box/idle';
import type { ShapeFolder } from '..';
import { ink } from './ink';
import { type CuboidAnnotation, cuboid, type Faces } from './model';
import { PullingBack } from './pulling';

/** First a box round the front; what follows pulls the back out of it. */
const frontBetweenCorners: Between = {
  hint: 'cuboid',
  shape(a, b, image) {
    const front = boxRing(newBox(a, b, image)).map(roundedPosition);
    return { kind: 'cuboid', cuboid: [front, front] as unknown as Faces };
  },
  next: (bench, home, shape) => new PullingBack(bench, home, (shape as CuboidAnnotation).cuboid[0]),
};

export default {
  model: cuboid,
  ink,
  tools: [
    {
      name: 'cuboid',
      title: 'Cuboid',
      key: 'Shift+R',
      kind: 'cuboid',
      order: 95,
      icon: 'M3 9h12v12H3zM3 9l6-6h12v12l-6 6M15 9l6-6',
      hints: {
        cuboid: 'Drag a box over the front, or tap two opposite corners.',
        cuboid_back: 'Now tap where a corner of the back lies.',
      },
      start: (bench) => new BoxIdle(bench, frontBetweenCorners),
    },
  ],
} satisfies ShapeFolder;
