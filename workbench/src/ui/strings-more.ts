import { spoken } from './strings';

/** Sentences that a drawing task needs at once: apart, so that a choice task on a slow line does not carry them. */
export const tell = {
  close: 'Close',
  tools: 'Tools',
  /** What becomes of pixels that belong to another mask; said when it is chosen, and the name of its button. */
  brushModes: {
    overlap: 'Overlap: a pixel may belong to several masks.',
    empty: 'Paint only empty: other masks keep their pixels.',
    take: 'Take over: pixels are taken from other masks.',
  },
  marks: (n: number) => (n === 1 ? '1 mark' : `${n} marks`),
  marksTitle: 'Marks',
  kind: {
    box: 'Box',
    polygon: 'Polygon',
    mask: 'Mask',
    point: 'Point',
    skeleton: 'Keypoints',
    polyline: 'Line',
    ellipse: 'Ellipse',
    cuboid: 'Cuboid',
    text: 'Text',
    tag: 'Tag',
  } as Record<string, string>,
  /** Those that are not called as what they make: see `toolName`. */
  tool: {
    select: 'Select',
    hand: 'Move the view',
    extremes: 'Box by four ends',
    turned_box: 'Turned box',
    hole: 'Hole',
    brush: 'Brush',
    eraser: 'Eraser',
    polygon_plus: 'Polygon plus',
    polygon_minus: 'Polygon minus',
    wand: 'Wand',
    superpixels: 'Paint by patches',
    livewire: 'Outline along edges',
    cutout: 'Cut out',
  } as Record<string, string>,
  /** By the engine's codes, in other languages; English is its own. */
  hints: {} as Readonly<Record<string, string>>,
  refusedTitle: 'This did not work',
};

export const toolName = (name: string, title: string): string => tell.tool[name] ?? tell.kind[name] ?? title;

// Apart, so that English carries none of it; whoever imports this waits for it.
if (spoken === 'es') Object.assign(tell, (await import('./spanish/strings-more')).tell);
else if (spoken === 'ar') Object.assign(tell, (await import('./arabic/strings-more')).tell);
