import { BrushIdle } from '../../tools/brush/idle';
import type { ShapeFolder } from '..';
import { ink } from './ink';
import { mask } from './model';
import { pixels } from './pixels';

export default {
  model: mask,
  ink,
  pixels,
  tools: [
    {
      name: 'brush',
      title: 'Brush',
      key: 'B',
      kind: 'mask',
      order: 30,
      icon: 'M14 4l6 6-8 8c-1 1-3 2-7 2 0-4 1-6 2-7z',
      start: (bench) => new BrushIdle(bench, false),
    },
    {
      name: 'eraser',
      title: 'Eraser',
      key: 'E',
      kind: 'mask',
      order: 40,
      icon: 'M9 20h11M5 15l9-10 6 6-8 9H9z',
      start: (bench) => new BrushIdle(bench, true),
    },
  ],
} satisfies ShapeFolder;
