/** Every tool by name: what it makes, its key, and the state it starts in. */
import type { Kind } from '../model/schema';
import { boxBetweenCorners, ellipseBetweenCorners, turnedBoxBetweenCorners } from './box/between';
import { BoxIdle } from './box/idle';
import { BrushIdle } from './brush/idle';
import { HandIdle } from './hand/idle';
import { PathIdle } from './path/idle';
import { polygonPath, polylinePath } from './path/path';
import { PointIdle } from './point/idle';
import { SelectIdle } from './select/idle';
import { SkeletonIdle } from './skeleton/idle';
import type { Bench, State } from './tool';

export interface Tool {
  readonly title: string;
  /** `KeyboardEvent.code` without "Key": the place on the keyboard, not the letter. */
  readonly key: string;
  /** Null for tools that make nothing. */
  readonly kind: Kind | null;
  readonly start: (bench: Bench) => State;
}

export const TOOLBOX = {
  select: { title: 'Select', key: 'V', kind: null, start: (bench) => new SelectIdle(bench) },
  hand: { title: 'Move image', key: 'H', kind: null, start: (bench) => new HandIdle(bench) },
  box: { title: 'Box', key: 'R', kind: 'box', start: (bench) => new BoxIdle(bench, boxBetweenCorners) },
  polygon: { title: 'Polygon', key: 'P', kind: 'polygon', start: (bench) => new PathIdle(bench, polygonPath) },
  brush: { title: 'Brush', key: 'B', kind: 'mask', start: (bench) => new BrushIdle(bench, false) },
  eraser: { title: 'Eraser', key: 'E', kind: 'mask', start: (bench) => new BrushIdle(bench, true) },
  point: { title: 'Point', key: 'K', kind: 'point', start: (bench) => new PointIdle(bench) },
  polyline: { title: 'Line', key: 'L', kind: 'polyline', start: (bench) => new PathIdle(bench, polylinePath) },
  skeleton: { title: 'Skeleton', key: 'J', kind: 'skeleton', start: (bench) => new SkeletonIdle(bench) },
  turned_box: {
    title: 'Turned box',
    key: 'U',
    kind: 'box',
    start: (bench) => new BoxIdle(bench, turnedBoxBetweenCorners),
  },
  ellipse: { title: 'Ellipse', key: 'O', kind: 'ellipse', start: (bench) => new BoxIdle(bench, ellipseBetweenCorners) },
} satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLBOX;
