/** What the user is working on: painted anew whenever it or the view changes, and never otherwise. */
import type { Position } from '../geometry/points';
import { toScreen, type View } from '../geometry/view';
import type { ShapeAnnotation } from '../model/annotation';
import type { Handle } from '../model/handle';
import { handlesOf } from '../model/handle';
import { modelOf } from '../model/kind';
import type { Draft, Geometry } from '../tools/tool';
import { type Figure, figureOf } from './figure';
import { applyView, haloOf, inkFigure, inkSign, type Style, traceRing } from './ink';
import type { Viewport } from './static-layer';

export type OverlayLook = 'expected' | 'missed' | 'extra' | 'mark' | 'pin' | 'finger';

/** A shape that is shown and cannot be touched. */
export interface Overlay {
  readonly shape: Geometry;
  readonly look: OverlayLook;
  readonly text?: string;
}

/** How overlays are painted: code that only pages with overlays load. */
export type OverlayInk = typeof import('./overlays');

export interface ActiveScene {
  readonly selected: readonly { readonly shape: ShapeAnnotation; readonly style: Style; readonly name: string }[];
  /** Grips are shown for the one selected shape. */
  readonly grips: boolean;
  readonly pickedGrip: string | null;
  readonly draft: Draft;
  readonly draftLabel: string;
  readonly draftStyle: Style;
  readonly overlays: readonly Overlay[];
  /** The keyboard's crosshair, in image coordinates. */
  readonly cursor: Position | null;
}

/** What a scene looks like, to be compared by identity: the same parts in the same view need no painting. */
export const partsOf = ({ selected, draft, draftLabel, overlays, cursor, ...scene }: ActiveScene): unknown[] => {
  const { shape, line, crosshair, stroke } = draft;
  const drawn = [...selected.map((each) => each.shape), ...overlays, shape, line, crosshair, cursor];
  return [scene.grips, scene.pickedGrip, draftLabel, stroke?.base, ...drawn];
};

/** The stroke and the brush's ring have a layer of their own. */
export const isEmpty = ({ selected, draft: { shape, line, crosshair }, overlays, cursor }: ActiveScene): boolean =>
  selected.length + overlays.length === 0 && !shape && !line && !crosshair && cursor === null;

const SELECTED_LINE_PX = 3;
const SELECTED_FILL = 0.14;
const CORNER_PX = 9;
const VERTEX_RADIUS_PX = 5;
const INSERT_RADIUS_PX = 3.5;
const MOVE_RADIUS_PX = 11;
/** Boxes with a shorter side on the screen show corners only. */
const EDGE_GRIP_SIDE_PX = 40;

const figures = new WeakMap<object, Figure>();

/** Figures by the identity of their shape: a mask is traced once. */
export function cachedFigure(shape: ShapeAnnotation | Geometry, edges: SkeletonEdges = []): Figure {
  let figure = figures.get(shape);
  if (figure === undefined) {
    figure = figureOf(shape as ShapeAnnotation, edges);
    figures.set(shape, figure);
  }
  return figure;
}

/** With what a shape in the hand shows beside. */
function heldFigure(shape: ShapeAnnotation | Geometry, edges: SkeletonEdges, scale: number): Figure {
  const figure = cachedFigure(shape, edges);
  const more = modelOf(shape.kind).inHand?.(shape as ShapeAnnotation, scale);
  return more ? { ...figure, open: [...figure.open, ...more] } : figure;
}

export type SkeletonEdges = readonly (readonly [string, string])[];

export function paintActive(
  context: CanvasRenderingContext2D,
  scene: ActiveScene,
  view: View,
  viewport: Viewport,
  edgesOf: (label: string) => SkeletonEdges,
  inkOverlays: OverlayInk | null,
): void {
  const { density, width, height } = viewport;
  applyView(context, view, density);
  inkOverlays?.areas(context, scene.overlays, view.scale, density);
  const { draft } = scene;
  const draftId = draft.shape !== undefined && 'id' in draft.shape ? draft.shape.id : (draft.stroke?.base?.id ?? null);
  for (const { shape, style } of scene.selected) {
    if (shape.id === draftId) continue;
    inkFigure(
      context,
      heldFigure(shape, edgesOf(shape.label), view.scale),
      style,
      view.scale,
      SELECTED_FILL,
      SELECTED_LINE_PX,
    );
  }
  if (draft.shape !== undefined) {
    inkFigure(
      context,
      heldFigure(draft.shape, edgesOf(scene.draftLabel), view.scale),
      scene.draftStyle,
      view.scale,
      SELECTED_FILL,
    );
  }
  if (draft.line !== undefined) paintLine(context, draft.line, scene.draftStyle.color, view.scale);

  // From here on in screen pixels, so that grips keep their size.
  context.setTransform(density, 0, 0, density, 0, 0);
  inkOverlays?.numbers(context, scene.overlays, view);
  const single = scene.selected.length === 1 ? scene.selected[0]! : null;
  if (single !== null && draftId === null) {
    paintName(context, single.shape, single.style.color, single.name, view);
    if (scene.grips) paintGrips(context, single.shape, single.style.color, view, scene.pickedGrip);
  }
  const measured = draft.focus && draft.shape && modelOf(draft.shape.kind).measure?.(draft.shape as ShapeAnnotation);
  if (measured) paintName(context, draft.shape!, scene.draftStyle.color, measured, view);
  if (draft.crosshair !== undefined) paintCrosshair(context, toScreen(view, draft.crosshair), width, height);
  if (scene.cursor !== null) paintCursor(context, toScreen(view, scene.cursor));
}

function paintLine(
  context: CanvasRenderingContext2D,
  line: NonNullable<Draft['line']>,
  color: string,
  scale: number,
): void {
  const path = new Path2D();
  const points = line.cursor === null ? line.points : [...line.points, line.cursor];
  for (const each of [points, ...(line.inHand ?? [])]) traceRing(path, each, false);
  if (line.trail !== undefined) traceRing(path, line.trail, false);
  if (line.closed && points.length > 2) {
    const area = new Path2D();
    traceRing(area, points, true);
    context.globalAlpha = SELECTED_FILL;
    context.fillStyle = color;
    context.fill(area);
    context.globalAlpha = 1;
  }
  context.lineJoin = 'round';
  context.strokeStyle = haloOf(color);
  context.lineWidth = 4.5 / scale;
  context.stroke(path);
  context.strokeStyle = color;
  context.lineWidth = 2 / scale;
  context.stroke(path);
  line.points.forEach(([x, y], i) => {
    const closes = line.closing && (line.closed ? i === 0 : i === line.points.length - 1);
    context.beginPath();
    context.arc(x, y, (closes ? 9 : 4) / scale, 0, 2 * Math.PI);
    context.fillStyle = closes ? color : '#ffffff';
    context.fill();
    context.lineWidth = 1.5 / scale;
    context.strokeStyle = closes ? '#ffffff' : '#1a1a1a';
    context.stroke();
  });
}

function paintGrips(
  context: CanvasRenderingContext2D,
  shape: ShapeAnnotation,
  color: string,
  view: View,
  picked: string | null,
): void {
  const handles = handlesOf(shape, view.scale);
  const corners = handles.filter(({ role }) => role === 'corner').map(({ at }) => at);
  const shortest =
    corners.length === 4
      ? Math.min(gap(corners[0]!, corners[1]!), gap(corners[1]!, corners[2]!)) * view.scale
      : Infinity;
  for (const handle of handles) {
    if (handle.role === 'edge' && shortest < EDGE_GRIP_SIDE_PX) continue;
    paintGrip(context, handle, toScreen(view, handle.at), color, handle.key === picked, view, shape);
  }
}

const gap = (a: Position, b: Position): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

function paintGrip(
  context: CanvasRenderingContext2D,
  handle: Handle,
  [x, y]: Position,
  color: string,
  picked: boolean,
  view: View,
  shape: ShapeAnnotation,
): void {
  context.lineWidth = 1.5;
  context.strokeStyle = '#1a1a1a';
  context.fillStyle = picked ? color : '#ffffff';
  context.beginPath();
  switch (handle.role) {
    case 'corner':
      context.rect(x - CORNER_PX / 2, y - CORNER_PX / 2, CORNER_PX, CORNER_PX);
      break;
    case 'edge':
      context.rect(x - 3, y - 3, 6, 6);
      break;
    case 'vertex':
      context.arc(x, y, VERTEX_RADIUS_PX, 0, 2 * Math.PI);
      break;
    case 'insert':
      context.globalAlpha = 0.75;
      context.arc(x, y, INSERT_RADIUS_PX, 0, 2 * Math.PI);
      break;
    case 'turn': {
      const top = handlesOf(shape, view.scale).find(({ key }) => key === 'n');
      if (top !== undefined) {
        const [tx, ty] = toScreen(view, top.at);
        context.moveTo(tx, ty);
        context.lineTo(x, y);
        context.stroke();
        context.beginPath();
      }
      context.arc(x, y, 7, 0, 2 * Math.PI);
      break;
    }
    case 'move':
      context.globalAlpha = 0.85;
      context.arc(x, y, MOVE_RADIUS_PX, 0, 2 * Math.PI);
      break;
  }
  context.fill();
  context.stroke();
  context.globalAlpha = 1;
  if (handle.role === 'move') paintArrows(context, x, y);
  if (picked) {
    context.lineWidth = 2;
    context.strokeStyle = '#ffffff';
    context.beginPath();
    context.arc(x, y, 12, 0, 2 * Math.PI);
    context.stroke();
    context.strokeStyle = '#1a1a1a';
    context.beginPath();
    context.arc(x, y, 14, 0, 2 * Math.PI);
    context.stroke();
  }
}

function paintArrows(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const) {
    const [tx, ty] = [x + dx * 7, y + dy * 7];
    context.moveTo(x, y);
    context.lineTo(tx, ty);
    context.moveTo(tx - dx * 2.5 + dy * 2.5, ty - dy * 2.5 + dx * 2.5);
    context.lineTo(tx, ty);
    context.lineTo(tx - dx * 2.5 - dy * 2.5, ty - dy * 2.5 - dx * 2.5);
  }
  context.stroke();
}

const NAME_HEIGHT_PX = 20;

/** The name of the label, or a size, above the shape in the hand, or below its top edge where there is no room. */
function paintName(
  context: CanvasRenderingContext2D,
  shape: ShapeAnnotation | Geometry,
  color: string,
  name: string,
  view: View,
): void {
  const [x0, y0] = cachedFigure(shape).bounds;
  const [x, y] = toScreen(view, [x0, y0]);
  const lift = shape.kind === 'point' ? 14 : 10;
  const above = y - lift - NAME_HEIGHT_PX;
  inkSign(context, name, color, Math.max(2, x), above < 0 ? y + lift : above, NAME_HEIGHT_PX);
}

/** Thin lines through the whole viewport, light beside dark so that one of them always shows. */
function paintCrosshair(context: CanvasRenderingContext2D, [x, y]: Position, width: number, height: number): void {
  const [cx, cy] = [Math.round(x) + 0.5, Math.round(y) + 0.5];
  context.lineWidth = 1;
  for (const [tone, shift] of [
    ['rgba(0,0,0,0.55)', 1],
    ['rgba(255,255,255,0.8)', 0],
  ] as const) {
    context.strokeStyle = tone;
    context.beginPath();
    context.moveTo(cx + shift, 0);
    context.lineTo(cx + shift, height);
    context.moveTo(0, cy + shift);
    context.lineTo(width, cy + shift);
    context.stroke();
  }
}

/** The keyboard's place: a ring and a cross, larger than a mouse pointer. */
function paintCursor(context: CanvasRenderingContext2D, [x, y]: Position): void {
  for (const [tone, line] of [
    ['#000000', 5],
    ['#ffffff', 2],
  ] as const) {
    context.strokeStyle = tone;
    context.lineWidth = line;
    context.beginPath();
    context.arc(x, y, 11, 0, 2 * Math.PI);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(x + dx * 5, y + dy * 5);
      context.lineTo(x + dx * 20, y + dy * 20);
    }
    context.stroke();
  }
}
