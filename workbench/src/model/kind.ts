/**
 * What the workbench asks of a kind of shape. Every folder of shapes/ answers for its own kind and enters itself here
 * when it is loaded (shapes/index.ts); nothing outside the folders names a kind.
 */
import type { Bounds } from '../geometry/box';
import type { EncodedMask } from '../geometry/mask';
import type { Position, Ring, Size } from '../geometry/points';
import type { ShapeAnnotation } from './annotation';
import type { LabelRule } from './schema';

export type HandleRole = 'corner' | 'edge' | 'vertex' | 'insert' | 'turn' | 'move';

/** A grip. Keys say what is dragged; `v<ring>.<index>` is a vertex that can be taken away. */
export interface Handle {
  readonly key: string;
  readonly role: HandleRole;
  readonly at: Position;
}

export type Fault = readonly [field: string, code: string, message: string];

/** A change that a key or a tap on a grip makes. */
export interface Alteration<S = ShapeAnnotation> {
  readonly shape: S;
  readonly reason: string;
}

/** A piece that the list of marks names and can change: a keypoint with its visibility, a hole that can be filled. */
export interface Part {
  readonly key: string;
  /** As the client calls it; of pieces that are counted (`number`, from 1), the name of the tool that makes them. */
  readonly name: string;
  readonly number?: number;
  readonly state: string;
  readonly states: readonly string[];
}

export interface ShapeModel<S extends ShapeAnnotation = ShapeAnnotation> {
  readonly kind: S['kind'];
  /** The likeness from which the server accepts a mark of this kind by default (docs/policies). */
  readonly accept: number;
  bounds(shape: S): Bounds;
  /** Whether the shape covers the point; shapes without an area cover what lies within `slack` of them. */
  covers(shape: S, at: Position, slack: number): boolean;
  /** Distance to the nearest drawn line; Infinity where there is none. */
  borderDistance(shape: S, at: Position): number;
  /** Closed outline and holes, for kinds that have an area told by lines. */
  outline?(shape: S): readonly Ring[];
  /** The pixels whose centres are covered, for kinds that are pixels. */
  pixels?(shape: S): EncodedMask;
  /** With every point shifted; absent for what is bound to its pixels. */
  shifted?(shape: S, shift: (point: Position) => Position): S;
  /** The way a hand goes that draws it, of at least one point; absent where there is no one way, as in a mask. */
  way?(shape: S): readonly Position[];
  /** Lines of one size on the screen that only a shape in the hand shows, at `scale` screen pixels per image pixel. */
  inHand?(shape: S, scale: number): readonly Ring[];
  /** What the hand that draws or pulls it needs to know, such as its size. */
  measure?(shape: S): string;
  /** All grips at `scale` screen pixels per image pixel, in the order in which the keyboard visits them. */
  handles(shape: S, scale: number): Handle[];
  /** Grips along a line that can be taken anywhere between their ends, such as the edges of a box. */
  handleAlong?(shape: S, at: Position): Handle;
  /** Inside a small one the reach of the grips shrinks, so that its middle can be pressed. */
  readonly solid?: boolean;
  /** The shape after its grip `key` was brought to `to`. */
  dragged(shape: S, key: string, to: Position, image: Size): S;
  /** Null when the whole shape goes. */
  withoutVertex?(shape: S, key: string): S | null;
  withVertexNear?(shape: S, at: Position): S;
  /** The middle of the edge behind a vertex, where the keyboard makes another, and the key that one will have. */
  behindVertex?(shape: S, key: string): { readonly at: Position; readonly key: string } | null;
  /** What a key that nothing else uses means for it; `grip` is the one the keyboard has picked. */
  keyed?(shape: S, key: string, grip: string | null, rule: LabelRule): Alteration<S> | null;
  /** What a tap on a grip of the selected shape does. */
  tapped?(shape: S, grip: string): Alteration<S> | null;
  parts?(shape: S, rule: LabelRule): readonly Part[];
  withPart?(shape: S, rule: LabelRule, key: string, state: string): S;
  /** The first fault, by the server's rules. */
  problem(shape: S, rule: LabelRule, image: Size): Fault | null;
}

const MODELS = new Map<string, ShapeModel>();

export function enterModel(model: ShapeModel): void {
  MODELS.set(model.kind, model);
}

export const isLoaded = (kind: string): boolean => MODELS.has(kind);

/** @throws Error for a kind whose folder was not loaded: a page loads the kinds of its schema before it draws. */
export function modelOf(kind: string): ShapeModel {
  const model = MODELS.get(kind);
  if (model === undefined) throw new Error(`the shape ${kind} is not loaded`);
  return model;
}
