/** Every tool by name: what it makes, its key, and the state it starts in. */
import type { Kind } from '../model/schema';
import { boxBetweenCorners, ellipseBetweenCorners, turnedBoxBetweenCorners } from '../tools/box/between';
import { BoxIdle } from '../tools/box/idle';
import { HandIdle } from '../tools/hand/idle';
import { SelectIdle } from '../tools/select/idle';
import type { Bench, State } from '../tools/tool';

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
  turned_box: {
    title: 'Turned box',
    key: 'U',
    kind: 'box',
    start: (bench) => new BoxIdle(bench, turnedBoxBetweenCorners),
  },
  ellipse: { title: 'Ellipse', key: 'O', kind: 'ellipse', start: (bench) => new BoxIdle(bench, ellipseBetweenCorners) },
} satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLBOX;
