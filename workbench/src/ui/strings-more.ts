import { spoken } from './strings';

/** Sentences of marks and their tools: apart, so that a choice task on a slow line does not carry them. */
export const tell = {
  finishMark: 'Finish this mark',
  required: 'needed',
  textHint: 'Type exactly what you read',
  close: 'Close',
  // tools and regions
  tools: 'Tools',
  findLabel: 'Find a label',
  brushSize: 'Brush size',
  pixelsWide: (n: number) => (n === 1 ? '1 pixel' : `${n} pixels`),
  squareBrush: 'Square tip',
  /** What becomes of pixels that belong to another mask; said when it is chosen, and the name of its button. */
  brushModes: {
    overlap: 'Overlap: a pixel may belong to several masks.',
    empty: 'Paint only empty: other masks keep their pixels.',
    take: 'Take over: pixels are taken from other masks.',
  },
  fillHoles: 'Fill the holes of this mark',
  largestPart: 'Keep only its largest part',
  marks: (n: number) => (n === 1 ? '1 mark' : `${n} marks`),
  marksTitle: 'Marks',
  noMarks: 'No marks yet.',
  noMarksReadOnly: 'No marks.',
  remove: 'Delete',
  changeLabel: 'Label',
  textOf: 'Text in this mark',
  notSet: 'Not set',
  language: 'Language of the text',
  direction: 'Direction of the text',
  directions: { auto: 'Direction: as the text shows', ltr: 'Left to right', rtl: 'Right to left' },
  /** States of the pieces of a mark. */
  part: {
    visible: 'In sight',
    hidden: 'Covered',
    absent: 'Not in the image',
    open: 'Cut out',
    filled: 'Filled',
  } as Record<string, string>,
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
  hide: 'Hide',
  show: 'Show',
  lock: 'Lock',
  unlock: 'Unlock',
  isolate: 'Only this one',
  showAll: 'Show all',
  byKeys: 'Move and change by keys',
  duplicate: 'Duplicate',
  forward: 'To the front',
  backward: 'To the back',
  peek: 'Hold to hide the marks',
  isHidden: 'hidden',
  isLocked: 'locked',
  where: (x: number, y: number, w: number, h: number) => `${x}% from left, ${y}% from top, ${w}% wide, ${h}% tall`,
  whereAt: (x: number, y: number) => `${x}% from left, ${y}% from top`,
  regionName: (label: string, kind: string, index: number) => `${index}. ${label}, ${kind}`,
  suggestions: (n: number) =>
    n === 1
      ? '1 suggestion is not decided. It is not part of your answer.'
      : `${n} suggestions are not decided. They are not part of your answer.`,
  proposedBy: (helper: string) => `Proposed: ${helper}`,
  suggestedBy: (source: string, sure: string | null) =>
    sure === null ? `Suggested by ${source}` : `Suggested by ${source}, ${sure} sure`,
  accept: 'Accept',
  acceptAll: 'Accept all',
  reject: 'Reject',
  helped: (by: string, edited: boolean) => (edited ? `${by}, edited` : by),
  /** What helped with a mark, before the name of its source. */
  help: {
    suggestion: 'Suggestion',
    wand: 'Wand',
    superpixels: 'Paint by patches',
    livewire: 'Edge line',
    cutout: 'Cut out on the device',
    grabcut: 'Cut out by the server',
    onnx: 'Model of this site',
  } as Record<string, string>,
  cancel: 'Cancel',
  refusedTitle: 'This did not work',
};

export const toolName = (name: string, title: string): string => tell.tool[name] ?? tell.kind[name] ?? title;

// Apart, so that English carries none of it; whoever imports this waits for it.
if (spoken === 'es') Object.assign(tell, (await import('./spanish/strings-more')).tell);
else if (spoken === 'ar') Object.assign(tell, (await import('./arabic/strings-more')).tell);
