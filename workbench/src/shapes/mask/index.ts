import { BrushIdle } from '../../tools/brush/idle';
import { PatchesIdle } from '../../tools/wand/patches';
import { WandIdle } from '../../tools/wand/wand';
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
    {
      name: 'wand',
      title: 'Wand',
      key: 'Y',
      kind: 'mask',
      order: 41,
      reads: true,
      icon: 'M4 20L14 10M16 3v4M14 5h4M20 10v3M18.5 11.500h3',
      hints: {
        wand: 'Press on the object; drag to the right for more, to the left for less. Alt takes away.',
        wand_failed: 'The picture could not be read. Paint with the brush.',
      },
      start: (bench) => new WandIdle(bench),
    },
    {
      name: 'superpixels',
      title: 'Paint by patches',
      key: 'Shift+B',
      kind: 'mask',
      order: 42,
      reads: true,
      icon: 'M4 4h7v6H4zM11 4h9v9h-9zM4 10h7v10H4zM11 13h9v7h-9z',
      hints: { superpixels: 'Drag over patches of the object to take them. Alt takes away.' },
      start: (bench) => new PatchesIdle(bench),
    },
  ],
} satisfies ShapeFolder;
