import { BrushIdle } from '../../tools/brush/idle';
import { beside } from '../../tools/brush/laid';
import { OutlineIdle } from '../../tools/brush/outline';
import { CutOutIdle } from '../../tools/cutout/cut-out';
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
  joining: beside,
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
      order: 31,
      icon: 'M9 20h11M5 15l9-10 6 6-8 9H9z',
      start: (bench) => new BrushIdle(bench, true),
    },
    {
      name: 'polygon_plus',
      title: 'Polygon plus',
      key: 'Shift+D',
      kind: 'mask',
      order: 32,
      icon: 'M9 3l8 5-3 9H5L2 9zM19 15v6M16 18h6',
      hints: {
        all_taken: 'These pixels belong to other marks: nothing was painted.',
        outline_plus: 'Tap along an outline: what is inside joins the mask.',
        outline_minus: 'Tap along an outline: what is inside leaves the mask.',
        outline_open: 'Go on along the outline. Close on the first point, with a double tap or Enter.',
      },
      start: (bench) => new OutlineIdle(bench, false),
    },
    {
      name: 'polygon_minus',
      title: 'Polygon minus',
      key: 'Shift+X',
      kind: 'mask',
      order: 33,
      icon: 'M9 3l8 5-3 9H5L2 9zM16 18h6',
      start: (bench) => new OutlineIdle(bench, true),
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
    {
      name: 'cutout',
      title: 'Cut out',
      key: 'Shift+Y',
      kind: 'mask',
      order: 43,
      reads: true,
      cutsOut: true,
      icon: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M12 7.500c3 0 4.500 2 4.500 4.500s-1.500 4.500-4.500 4.500-4.500-2-4.500-4.500 1.500-4.500 4.500-4.500z',
      hints: {
        cutout: 'Draw a box around one object: its outline is proposed.',
        cutout_asking: 'Looking for the object. Escape or another box stops it.',
        cutout_found: 'Accept the proposal, or reject it. Brush and eraser change it.',
        cutout_nothing: 'Nothing stands out in this box. Draw it closer, or paint the object.',
        cutout_failed: 'The picture could not be read. Paint with the brush.',
        cutout_offline: 'No connection: this proposal was made on your device and is rougher.',
        cutout_busy: 'The server is busy: this proposal was made on your device and is rougher.',
        cutout_off: 'The server does not help now: this proposal was made on your device and is rougher.',
      },
      start: (bench) => new CutOutIdle(bench),
    },
  ],
} satisfies ShapeFolder;
