import { rounded } from '../../geometry/points';
import { newBox } from '../../model/frame';
import type { Between } from '../../tools/box/between';
import { BoxIdle } from '../../tools/box/idle';
import type { ShapeFolder } from '..';
import { ink } from './ink';
import { ellipse } from './model';

const betweenCorners: Between = {
  hint: 'ellipse',
  shape(a, b, image) {
    const [x, y, width, height] = newBox(a, b, image);
    const [rx, ry] = [width / 2, height / 2];
    return { kind: 'ellipse', ellipse: [rounded(x + rx), rounded(y + ry), rounded(rx), rounded(ry), 0] };
  },
};

export default {
  model: ellipse,
  ink,
  tools: [
    {
      name: 'ellipse',
      title: 'Ellipse',
      key: 'O',
      kind: 'ellipse',
      order: 90,
      icon: 'M12 6c5 0 9 2.7 9 6s-4 6-9 6-9-2.7-9-6 4-6 9-6z',
      hints: { ellipse: 'Drag over the object from corner to corner.' },
      start: (bench) => new BoxIdle(bench, betweenCorners),
    },
  ],
} satisfies ShapeFolder;
