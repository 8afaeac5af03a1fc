/** How an image without drawing lies in its place: fitted, or zoomed about a point. */
const LARGEST = 8;
export const STEP = 1.5;

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}
export const WHOLE: View = { scale: 1, x: 0, y: 0 };

/** Zooms about a point of the place (from its centre), and keeps at least the middle of the image in sight. */
export function zoomed(view: View, factor: number, at: readonly [number, number], place: DOMRectReadOnly | Size): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return kept({ scale, x: at[0] - (at[0] - view.x) * ratio, y: at[1] - (at[1] - view.y) * ratio }, place);
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function kept({ scale, x, y }: View, place: Size): View {
  const roomX = ((scale - 1) * place.width) / 2;
  const roomY = ((scale - 1) * place.height) / 2;
  return { scale, x: Math.min(roomX, Math.max(-roomX, x)) + 0, y: Math.min(roomY, Math.max(-roomY, y)) + 0 };
}
