/** The image of a task without drawing: fitted, with zoom by pinch, wheel, double tap and buttons. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Picture } from '../wire';
import { IconButton } from './icons';
import { keyOf } from './keymap';
import { LookButton } from './look-button';
import { type Size, STEP, type View, WHOLE, zoomed } from './photo-view';
import { choices, fittedWidth, imageIn, pictureFor } from './picture';
import { say } from './strings';

export function Photo(props: {
  picture: Picture;
  onReady: () => void;
  /** The same picture with fresh addresses; null when there are none. */
  renew: (() => Promise<Picture | null>) | null;
}) {
  const place = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const view = useRef<View>(WHOLE);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [size, setSize] = useState<Size | null>(null);
  const [seen, setSeen] = useState(false);
  const [fresh, setFresh] = useState<{ of: Picture; picture: Picture } | null>(null);
  const { onReady, renew } = props;
  const renewed = fresh?.of === props.picture;
  const picture = renewed ? fresh.picture : props.picture;

  const show = (next: View) => {
    view.current = next;
    const { scale, x, y } = next;
    layer.current!.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    place.current!.classList.toggle('wb-zoomed', scale > 1);
  };
  const byButton = (factor: number) =>
    show(zoomed(view.current, factor, [0, 0], place.current!.getBoundingClientRect()));

  useLayoutEffect(() => {
    const { width, height } = place.current!.getBoundingClientRect();
    setSize({ width, height });
  }, []);
  useLayoutEffect(() => show(WHOLE), [props.picture]);
  // In the same frame as the buttons; made by hand, because one that was decoded ahead is shown as it is.
  useLayoutEffect(() => {
    if (!size) return undefined;
    const element = pictureFor(choices(picture, fittedWidth(picture, size), devicePixelRatio));
    const image = imageIn(element);
    Object.assign(image, { alt: say.imageAlt, draggable: false, width: picture.width, height: picture.height });
    const came = () => {
      setFailed(false);
      setSeen(true);
      onReady();
    };
    image.onload = came;
    image.onerror = () => void refused();
    layer.current!.replaceChildren(element);
    if (image.complete && image.naturalWidth > 0) came();
    return () => {
      image.onload = image.onerror = null;
    };
  }, [size, picture, attempt]);
  useEffect(() => {
    // The line belongs to the image first.
    if (!seen) return undefined;
    let stop: (() => void) | null = () => undefined;
    import('./photo-gestures').then(
      ({ watchGestures }) => {
        if (stop !== null) stop = watchGestures(place.current!, () => view.current, show);
      },
      // The buttons are there.
      () => undefined,
    );
    return () => {
      stop?.();
      stop = null;
    };
  }, [seen]);
  /** Addresses are signed for a while only: those of a tab that was open for long are asked for again, once. */
  const refused = async () => {
    const next = renewed ? null : await renew?.().catch(() => null);
    if (next) setFresh({ of: props.picture, picture: next });
    else setFailed(true);
  };

  return (
    <div class="wb-photo" ref={place}>
      <div class="wb-photo-layer" ref={layer} />
      {failed && (
        <div class="wb-card wb-photo-failed" role="alert">
          <p>{say.imageFailed}</p>
          <button
            type="button"
            class="wb-button"
            onClick={() => {
              setFailed(false);
              setFresh(null);
              setAttempt(attempt + 1);
            }}
          >
            {say.tryAgain}
          </button>
        </div>
      )}
      <div class="wb-zoom">
        <IconButton icon="plus" label={say.zoomIn} keys={keyOf('zoom_in', '+')} onClick={() => byButton(STEP)} />
        <IconButton icon="minus" label={say.zoomOut} keys={keyOf('zoom_out', '-')} onClick={() => byButton(1 / STEP)} />
        <IconButton icon="fit" label={say.fit} keys={keyOf('fit', 'F')} onClick={() => show(WHOLE)} />
        <LookButton />
      </div>
    </div>
  );
}
