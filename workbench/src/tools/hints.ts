/** What the next gesture does, in plain English; the shell may give other words for each code. */
export const HINTS = {
  box: 'Drag a box, or tap two opposite corners.',
  box_second_corner: 'Tap the opposite corner.',
  too_small: 'That is too small. Try again, or zoom in first.',
  polygon: 'Tap along the outline.',
  polygon_open: 'Go on along the outline. Close on the first point, with a double tap or Enter.',
  polyline: 'Tap along the line.',
  polyline_open: 'Go on along the line. End on the last point, with a double tap or Enter.',
  point: 'Tap the place.',
  brush: 'Paint over the object.',
  eraser: 'Rub out what does not belong to the object.',
  no_mask: 'Select a painted object first: there is nothing to rub out.',
  ellipse: 'Drag over the object from corner to corner.',
  skeleton_next: 'Tap the next point:',
  select: 'Tap an object to select it. Drag the image to move it.',
  hand: 'Drag to move the image.',
} as const;

export type HintCode = keyof typeof HINTS;
