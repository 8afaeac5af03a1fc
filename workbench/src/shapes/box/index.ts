import { newBox } from '../../model/frame';
import type { Between } from '../../tools/box/between';
import { type Around, Extremes } from '../../tools/box/extremes';
import { BoxIdle } from '../../tools/box/idle';
import type { Tool } from '../../tools/toolbox';
import type { ShapeFolder } from '..';
import { ink } from './ink';
import { box } from './model';

const betweenCorners: Between = {
  hint: 'box',
  shape: (a, b, image) => ({ kind: 'box', box: newBox(a, b, image) }),
};

/** An angle, even of 0 degrees, makes the grip for turning appear. */
const turnedBetweenCorners: Between = {
  hint: 'box',
  shape: (a, b, image) => ({ kind: 'box', box: newBox(a, b, image), angle_degrees: 0 }),
};

const aroundPoints: Around = (points, image) => {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return { kind: 'box', box: newBox([Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)], image) };
};

const tools: readonly Tool[] = [
  {
    name: 'box',
    title: 'Box',
    key: 'R',
    kind: 'box',
    order: 10,
    icon: 'M4 6h16v12H4z',
    start: (bench) => new BoxIdle(bench, betweenCorners),
  },
  {
    name: 'extremes',
    title: 'Box by four ends',
    key: 'X',
    kind: 'box',
    order: 11,
    icon: 'M12 4h.01M20 12h.01M12 20h.01M4 12h.01M8 8h8v8H8z',
    hints: { extremes: 'Tap the top, bottom, left and right end of the object.' },
    start: (bench) => new Extremes(bench, aroundPoints),
  },
  {
    name: 'turned_box',
    title: 'Turned box',
    key: 'U',
    kind: 'box',
    order: 80,
    icon: 'M12 2.500l9.5 9.5-9.5 9.500L2.5 12z',
    start: (bench) => new BoxIdle(bench, turnedBetweenCorners),
  },
];

export default { model: box, ink, tools } satisfies ShapeFolder;
