/** A session and two hands for tests: presses in image coordinates, as a mouse, finger or keyboard would make them. */
import { imagePoint, type Size, screenPoint } from '../../geometry/points';
import type { Annotation } from '../../model/annotation';
import type { LabelSchema } from '../../model/schema';
import type { Assist } from '../assist';
import type { HintCode } from '../hints';
import { Session, type SessionEvents } from '../session';
import type { PointerKind, Press } from '../tool';
import type { ToolName } from '../toolbox';

export type At = readonly [x: number, y: number];

export const SCHEMA: LabelSchema = {
  labels: [
    {
      name: 'car',
      kinds: ['box', 'polygon', 'mask', 'point', 'polyline', 'ellipse'],
      attributes: [{ name: 'parked', type: 'boolean' }],
    },
    { name: 'person', kinds: ['skeleton', 'box'], keypoints: ['head', 'hand', 'foot'] },
    { name: 'sign', kinds: ['box', 'text'] },
  ],
  tags: [
    { name: 'weather', options: ['sun', 'rain'] },
    { name: 'has', options: ['a', 'b', 'c'], choose: 'many' },
  ],
};

export class Hands {
  readonly session: Session;
  readonly changes: string[] = [];
  readonly hints: HintCode[] = [];
  steps = 0;
  pan: [number, number] = [0, 0];
  pointer: PointerKind = 'mouse';
  alt = false;
  shift = false;
  #time = 0;

  constructor(
    tool: ToolName | null = null,
    {
      annotations = [],
      schema = SCHEMA,
      readOnly = false,
      assist = null,
      image = { width: 1000, height: 800 },
      events = {},
    }: {
      annotations?: readonly Annotation[];
      schema?: LabelSchema;
      readOnly?: boolean;
      assist?: Assist | null;
      image?: Size;
      events?: Partial<SessionEvents>;
    } = {},
  ) {
    this.session = new Session({
      schema,
      image,
      annotations,
      readOnly,
      assist,
      events: {
        changed: (reason) => this.changes.push(reason),
        selected: () => {},
        toolChanged: () => {},
        stepped: () => {
          this.steps++;
        },
        hinted: (code) => this.hints.push(code),
        invalidated: () => {},
        touched: () => {},
        panned: (dx, dy) => {
          this.pan = [this.pan[0] + dx, this.pan[1] + dy];
        },
        ...events,
      },
    });
    if (tool !== null) this.session.setTool(tool);
  }

  get annotations(): readonly Annotation[] {
    return this.session.annotations;
  }

  get labels(): readonly string[] {
    return this.annotations.map((annotation) => ('label' in annotation ? annotation.label : ''));
  }

  get last(): Annotation {
    return this.session.annotations.at(-1)!;
  }

  #press([x, y]: At): Press {
    const { scale } = this.session;
    this.#time += 10;
    return {
      at: imagePoint(x, y),
      screen: screenPoint(x * scale, y * scale),
      pointer: this.pointer,
      alt: this.alt,
      shift: this.shift,
      time: this.#time,
      trail: [imagePoint(x, y)],
    };
  }

  wait(milliseconds: number): this {
    this.#time += milliseconds;
    return this;
  }
  down(at: At): this {
    this.session.down(this.#press(at));
    return this;
  }
  move(...way: At[]): this {
    for (const at of way) this.session.move(this.#press(at));
    return this;
  }
  up(at: At): this {
    this.session.up(this.#press(at));
    return this;
  }
  hover(at: At): this {
    this.session.hover(this.#press(at));
    return this;
  }
  /** A tap after a pause, so that two of them are not a double tap. */
  tap(...places: At[]): this {
    for (const at of places) this.wait(500).down(at).up(at);
    return this;
  }
  doubleTap(at: At): this {
    return this.wait(500).down(at).up(at).wait(100).down(at).up(at);
  }
  drag(from: At, ...way: At[]): this {
    return this.down(from)
      .move(...way)
      .up(way.at(-1)!);
  }
}
