/** Zooming and moving an image without drawing: pinch, drag, double tap, wheel and keys. Fetched once the image is there. */
import type { EDITOR_KEYS } from '../tools/commands';
import { commandOf } from './keymap';
import { kept, STEP, type View, WHOLE, zoomed } from './photo-view';
import { typing } from './typing';

const DOUBLE_TAP = 2.5;
/** As on an image that is drawn on: a person's own keys hold for both. */
const KEYS = { zoom_in: '+', zoom_out: '-', fit: 'F' } as const satisfies Partial<typeof EDITOR_KEYS>;

/** Pointer events only; returns how to stop. */
export function watchGestures(place: HTMLElement, now: () => View, show: (view: View) => void): () => void {
  const fingers = new Map<number, readonly [number, number]>();
  let lastTap = 0;
  const fromCentre = (x: number, y: number): readonly [number, number] => {
    const { left, top, width, height } = place.getBoundingClientRect();
    return [x - left - width / 2, y - top - height / 2];
  };
  const down = (event: PointerEvent) => {
    if ((event.target as Element).closest('button')) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    place.setPointerCapture(event.pointerId);
    if (fingers.size === 1 && event.timeStamp - lastTap < 300) {
      const at = fromCentre(event.clientX, event.clientY);
      show(now().scale > 1 ? WHOLE : zoomed(now(), DOUBLE_TAP, at, place.getBoundingClientRect()));
    }
    lastTap = fingers.size === 1 ? event.timeStamp : 0;
  };
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const after = [event.clientX, event.clientY] as const;
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, after);
    if (Math.hypot(after[0] - before[0], after[1] - before[1]) > 4) lastTap = 0;
    const rect = place.getBoundingClientRect();
    if (!other) {
      const { scale, x, y } = now();
      if (scale > 1) show(kept({ scale, x: x + after[0] - before[0], y: y + after[1] - before[1] }, rect));
      return;
    }
    const spread = (p: readonly [number, number]) => Math.max(1, Math.hypot(p[0] - other[0], p[1] - other[1]));
    const middle = fromCentre((after[0] + other[0]) / 2, (after[1] + other[1]) / 2);
    show(zoomed(now(), spread(after) / spread(before), middle, rect));
  };
  const up = (event: PointerEvent) => void fingers.delete(event.pointerId);
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const at = fromCentre(event.clientX, event.clientY);
    show(zoomed(now(), Math.exp(-event.deltaY / 400), at, place.getBoundingClientRect()));
  };
  const key = (event: KeyboardEvent) => {
    const command = typing(event) ? null : commandOf(event, KEYS);
    if (command === 'fit') show(WHOLE);
    else if (command !== null) {
      show(zoomed(now(), command === 'zoom_in' ? STEP : 1 / STEP, [0, 0], place.getBoundingClientRect()));
    }
  };
  place.addEventListener('pointerdown', down);
  place.addEventListener('pointermove', move);
  place.addEventListener('pointerup', up);
  place.addEventListener('pointercancel', up);
  // A fling that nobody sees would eat the next tap: see render/gestures.ts.
  place.addEventListener('touchmove', (event) => event.preventDefault(), { passive: false });
  place.addEventListener('wheel', wheel, { passive: false });
  window.addEventListener('keydown', key);
  return () => window.removeEventListener('keydown', key);
}
