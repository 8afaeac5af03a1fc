import { WireIdle } from '../../tools/livewire/wire';
import { PathIdle } from '../../tools/path/idle';
import type { Path } from '../../tools/path/path';
import type { ShapeFolder } from '..';
import { HoleIdle } from './hole';
import { ink } from './ink';
import { polygon } from './model';

const path: Path = {
  closed: true,
  least: 3,
  hint: 'polygon',
  hintOpen: 'polygon_open',
  shape: (points) => ({ kind: 'polygon', polygon: [points] }),
};

export default {
  model: polygon,
  ink,
  tools: [
    {
      name: 'polygon',
      title: 'Polygon',
      key: 'P',
      kind: 'polygon',
      order: 20,
      icon: 'M12 3l9 7-4 10H6L3 9z',
      hints: {
        polygon: 'Tap along the outline.',
        polygon_open: 'Go on along the outline. Close on the first point, with a double tap or Enter.',
      },
      start: (bench) => new PathIdle(bench, path),
    },
    {
      name: 'hole',
      title: 'Hole in a polygon',
      key: 'Shift+H',
      kind: 'polygon',
      order: 21,
      icon: 'M12 3l9 7-4 10H6L3 9zM10 10h5v5h-5z',
      hints: {
        hole: 'Tap along the hole, inside a polygon.',
        hole_outside: 'A hole begins inside a polygon. Tap inside one.',
      },
      start: (bench) => new HoleIdle(bench),
    },
    {
      name: 'livewire',
      title: 'Outline along edges',
      key: 'Shift+P',
      kind: 'polygon',
      order: 22,
      reads: true,
      icon: 'M5 19C4 12 7 6 13 5M16 5a6 6 0 0 1 3 9M19 14l-4 6H5M13 3h3v3h-3z',
      hints: {
        livewire: 'Tap along the outline; between taps the line keeps to the edge.',
        livewire_open: 'Go on along the edge. Close on the first point, with a double tap or Enter.',
      },
      start: (bench) => new WireIdle(bench),
    },
  ],
} satisfies ShapeFolder;
