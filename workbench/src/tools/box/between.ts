import type { Position, Size } from '../../geometry/points';
import { rounded } from '../../geometry/points';
import { newBox } from '../../model/handle';
import type { Geometry } from '../tool';

/** The shape that two opposite corners span, and the hint that asks for it. Boxes, turned boxes and ellipses share the states. */
export interface Between {
  readonly hint: 'box' | 'ellipse';
  shape(a: Position, b: Position, image: Size): Geometry;
}

export const boxBetweenCorners: Between = {
  hint: 'box',
  shape: (a, b, image) => ({ kind: 'box', box: newBox(a, b, image) }),
};

/** An angle, even of 0 degrees, makes the grip for turning appear. */
export const turnedBoxBetweenCorners: Between = {
  hint: 'box',
  shape: (a, b, image) => ({ kind: 'box', box: newBox(a, b, image), angle_degrees: 0 }),
};

export const ellipseBetweenCorners: Between = {
  hint: 'ellipse',
  shape(a, b, image) {
    const [x, y, width, height] = newBox(a, b, image);
    const [rx, ry] = [width / 2, height / 2];
    return { kind: 'ellipse', ellipse: [rounded(x + rx), rounded(y + ry), rounded(rx), rounded(ry), 0] };
  },
};
