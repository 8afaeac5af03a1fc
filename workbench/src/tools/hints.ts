/** What the next gesture does, in plain English; the shell may give other words for each code. Shapes bring their own. */
import { toolbox } from './toolbox';

const HINTS: Readonly<Record<string, string>> = {
  box: 'Drag a box, or tap two opposite corners.',
  box_second_corner: 'Tap the opposite corner.',
  too_small: 'That is too small. Try again, or zoom in first.',
  brush: 'Paint over the object.',
  eraser: 'Rub out what does not belong to the object.',
  no_mask: 'Select a painted object first: there is nothing to rub out.',
  select: 'Tap an object to select it. Drag the image to move it.',
  settling: 'Your last mark is still being worked out. A moment.',
  hand: 'Drag to move the image.',
  /** Then which one of how many. */
  part: 'Part of the image:',
};

export type HintCode = string;

export function hintText(code: HintCode): string {
  for (const { hints } of toolbox()) if (hints?.[code] !== undefined) return hints[code];
  return HINTS[code] ?? '';
}
