/** How the image lies on the screen: one scale, one offset. All functions are pure; a View is never changed. */
import {
  clamped,
  type ImagePoint,
  imagePoint,
  type Position,
  type ScreenPoint,
  type Size,
  screenPoint,
} from './points';

export interface View {
  /** Screen (CSS) pixels per image pixel. */
  readonly scale: number;
  /** Screen position of the image's top left corner. */
  readonly x: number;
  readonly y: number;
}

export const MAX_SCALE = 32;

export const toScreen = (view: View, [x, y]: Position): ScreenPoint =>
  screenPoint(x * view.scale + view.x, y * view.scale + view.y);

export const toImage = (view: View, [x, y]: ScreenPoint): ImagePoint =>
  imagePoint((x - view.x) / view.scale, (y - view.y) / view.scale);

const MARGIN_PX = 16;

/** The scale at which the whole image fits into the viewport with a margin; the lower one may be wider. */
export function fitScale(image: Size, viewport: Size, below_px = MARGIN_PX): number {
  const scale = Math.min(
    Math.max(1, viewport.width - 2 * MARGIN_PX) / image.width,
    Math.max(1, viewport.height - MARGIN_PX - below_px) / image.height,
  );
  return Math.min(scale, MAX_SCALE);
}

/** What lies over the lower border of the viewport: the image keeps off it. */
export interface Below {
  /** Always, though it makes the image smaller. */
  readonly always_px: number;
  /** Where there is room to spare. */
  readonly spare_px: number;
}

/** The whole image, in the middle where that leaves free what is below. */
export function fitView(
  image: Size,
  viewport: Size,
  below: Below = { always_px: MARGIN_PX, spare_px: MARGIN_PX },
): View {
  const scale = fitScale(image, viewport, below.always_px);
  const view = centredView(scale, image.width / 2, image.height / 2, viewport);
  const rest = viewport.height - image.height * scale;
  return { ...view, y: Math.min(view.y, Math.max(MARGIN_PX, rest - below.spare_px)) };
}

/** A point of the image in the middle. */
export function centredView(scale: number, cx: number, cy: number, viewport: Size): View {
  return { scale, x: viewport.width / 2 - cx * scale, y: viewport.height / 2 - cy * scale };
}

/** A view that shows the rectangle [x0, y0, x1, y1] with room around it. */
export function viewOf(rect: readonly [number, number, number, number], image: Size, viewport: Size): View {
  const [x0, y0, x1, y1] = rect;
  const room = 0.6;
  const wanted = Math.min(
    (viewport.width * room) / Math.max(1, x1 - x0),
    (viewport.height * room) / Math.max(1, y1 - y0),
  );
  const scale = clamped(wanted, fitScale(image, viewport), Math.max(fitScale(image, viewport), MAX_SCALE / 2));
  return clampView(centredView(scale, (x0 + x1) / 2, (y0 + y1) / 2, viewport), image, viewport);
}

/**
 * Keeps the image from being lost: the centre of the viewport always lies on the image, so that every edge can still
 * be brought under the thumb; the scale stays between half the fit and 32.
 */
export function clampView(view: View, image: Size, viewport: Size): View {
  const scale = keptScale(view.scale, image, viewport);
  const rescaled = scale === view.scale ? view : zoomAt(view, centre(viewport), scale / view.scale);
  const cx = viewport.width / 2;
  const cy = viewport.height / 2;
  return {
    scale,
    x: clamped(rescaled.x, cx - image.width * scale, cx),
    y: clamped(rescaled.y, cy - image.height * scale, cy),
  };
}

const keptScale = (scale: number, image: Size, viewport: Size): number =>
  clamped(scale, Math.min(fitScale(image, viewport) / 2, MAX_SCALE), MAX_SCALE);

/** Of a factor what the limits of the scale leave: the full offset with a scale that was cut would slide the image. */
export const keptFactor = (view: View, factor: number, image: Size, viewport: Size): number =>
  keptScale(view.scale * factor, image, viewport) / view.scale;

export const centre = (viewport: Size): ScreenPoint => screenPoint(viewport.width / 2, viewport.height / 2);

/** Zooms by a factor so that the image point under `at` stays under it. */
export function zoomAt(view: View, at: ScreenPoint, factor: number): View {
  return {
    scale: view.scale * factor,
    x: at[0] - (at[0] - view.x) * factor,
    y: at[1] - (at[1] - view.y) * factor,
  };
}

export const panned = (view: View, dx: number, dy: number): View => ({
  scale: view.scale,
  x: view.x + dx,
  y: view.y + dy,
});

/** Two fingers: what was under their middle stays under it, and the spread sets the scale, of which `kept` says what holds. */
export function pinched(
  view: View,
  before: readonly [ScreenPoint, ScreenPoint],
  after: readonly [ScreenPoint, ScreenPoint],
  kept: (factor: number) => number = (factor) => factor,
): View {
  const spread = (pair: readonly [ScreenPoint, ScreenPoint]) =>
    Math.max(1, Math.hypot(pair[0][0] - pair[1][0], pair[0][1] - pair[1][1]));
  const middle = (pair: readonly [ScreenPoint, ScreenPoint]) =>
    screenPoint((pair[0][0] + pair[1][0]) / 2, (pair[0][1] + pair[1][1]) / 2);
  const from = middle(before);
  const to = middle(after);
  return panned(zoomAt(view, from, kept(spread(after) / spread(before))), to[0] - from[0], to[1] - from[1]);
}

/** Rotating the phone or opening a panel keeps the same image point in the middle. */
export function resized(view: View, before: Size, after: Size): View {
  return panned(view, (after.width - before.width) / 2, (after.height - before.height) / 2);
}
