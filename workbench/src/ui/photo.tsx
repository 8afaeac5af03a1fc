/** The image of a task without drawing: fitted, with zoom by pinch, wheel, double tap and buttons. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Picture } from '../wire';
import { IconButton } from './icons';
import { choices, fittedWidth } from './picture';
import { say } from './strings';

const LARGEST = 8;
const DOUBLE_TAP = 2.5;
const STEP = 1.5;

interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}
const WHOLE: View = { scale: 1, x: 0, y: 0 };

/** Zooms about a point of the place (from its centre), and keeps at least the middle of the image in sight. */
export function zoomed(view: View, factor: number, at: readonly [number, number], place: DOMRectReadOnly | Size): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return kept({ scale, x: at[0] - (at[0] - view.x) * ratio, y: at[1] - (at[1] - view.y) * ratio }, place);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function kept({ scale, x, y }: View, place: Size): View {
  const roomX = ((scale - 1) * place.width) / 2;
  const roomY = ((scale - 1) * place.height) / 2;
  return { scale, x: Math.min(roomX, Math.max(-roomX, x)) + 0, y: Math.min(roomY, Math.max(-roomY, y)) + 0 };
}

export function Photo(props: { picture: Picture; onReady: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const view = useRef<View>(WHOLE);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [size, setSize] = useState<Size | null>(null);
  const { picture, onReady } = props;

  const show = (next: View) => {
    view.current = next;
    const { scale, x, y } = next;
    layer.current!.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    place.current!.classList.toggle('wb-zoomed', scale > 1);
  };
  const byButton = (factor: number) =>
    show(zoomed(view.current, factor, [0, 0], place.current!.getBoundingClientRect()));

  useEffect(() => {
    const { width, height } = place.current!.getBoundingClientRect();
    setSize({ width, height });
  }, []);
  useEffect(() => show(WHOLE), [picture]);
  useEffect(() => watchGestures(place.current!, () => view.current, show), []);
  useEffect(() => {
    // A prefetched image may be complete before the handler is there.
    if (image.current?.complete && image.current.naturalWidth > 0) onReady();
  }, [size, picture, attempt]);

  const options = size ? choices(picture, fittedWidth(picture, size), devicePixelRatio) : [];
  return (
    <div class="wb-photo" ref={place}>
      <div class="wb-photo-layer" ref={layer}>
        {size && (
          <picture key={`${options.at(-1)?.url} ${attempt}`}>
            {options.slice(0, -1).map(({ type, url }) => (
              <source key={type} type={type} srcset={url} />
            ))}
            <img
              ref={image}
              src={options.at(-1)?.url}
              width={picture.width}
              height={picture.height}
              alt={say.imageAlt}
              draggable={false}
              onLoad={() => {
                setFailed(false);
                onReady();
              }}
              onError={() => setFailed(true)}
            />
          </picture>
        )}
      </div>
      {failed && (
        <div class="wb-card wb-photo-failed" role="alert">
          <p>{say.imageFailed}</p>
          <button
            type="button"
            class="wb-button"
            onClick={() => {
              setFailed(false);
              setAttempt(attempt + 1);
            }}
          >
            {say.tryAgain}
          </button>
        </div>
      )}
      <div class="wb-zoom">
        <IconButton icon="plus" label={say.zoomIn} keys="+" onClick={() => byButton(STEP)} />
        <IconButton icon="minus" label={say.zoomOut} keys="-" onClick={() => byButton(1 / STEP)} />
        <IconButton icon="fit" label={say.fit} keys="f" onClick={() => show(WHOLE)} />
      </div>
    </div>
  );
}

/** Pointer events only; returns how to stop. */
function watchGestures(place: HTMLElement, now: () => View, show: (view: View) => void): () => void {
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
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const rect = place.getBoundingClientRect();
    if (event.key === '+' || event.key === '=') show(zoomed(now(), STEP, [0, 0], rect));
    else if (event.key === '-') show(zoomed(now(), 1 / STEP, [0, 0], rect));
    else if (event.code === 'KeyF') show(WHOLE);
  };
  place.addEventListener('pointerdown', down);
  place.addEventListener('pointermove', move);
  place.addEventListener('pointerup', up);
  place.addEventListener('pointercancel', up);
  place.addEventListener('wheel', wheel, { passive: false });
  window.addEventListener('keydown', key);
  return () => window.removeEventListener('keydown', key);
}

/** True while the person types text: no letter is a command then. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as Element | null;
  return !!target?.closest?.(
    'input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select, [contenteditable]',
  );
}
