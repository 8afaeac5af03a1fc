/** A dense image is walked through part by part, each as large as what is in sight. */
import { clamped, type Size } from './points';
import { centredView, fitScale, MAX_SCALE, type View } from './view';

/** Of a part, seen again in the next one: what lies on a border is whole in one of them. */
const SHARED = 0.1;
/** Times the scale of the whole image, where the walk begins. */
const BEGINS = 3;

export interface Part {
  readonly view: View;
  /** From 1 on, in rows from the left. */
  readonly number: number;
  readonly of: number;
}

/** The part after the one in sight; with null, the whole image in sight, the first one, come near to. */
export function nextPart(near: View | null, image: Size, sight: Size): Part {
  const scale = near?.scale ?? Math.min(BEGINS * fitScale(image, sight), MAX_SCALE);
  const columns = along(image.width, sight.width / scale);
  const rows = along(image.height, sight.height / scale);
  const of = columns.count * rows.count;
  const before =
    near === null
      ? -1
      : rows.nearest((sight.height / 2 - near.y) / scale) * columns.count +
        columns.nearest((sight.width / 2 - near.x) / scale);
  const index = (before + 1) % of;
  const view = centredView(
    scale,
    columns.middle(index % columns.count),
    rows.middle(Math.floor(index / columns.count)),
    sight,
  );
  return { view, number: index + 1, of };
}

/** One side of the image, of which `seen` pixels are in sight: as many parts as it takes, evenly laid from end to end. */
function along(side: number, seen: number) {
  const count = Math.max(1, Math.ceil((side / seen - SHARED) / (1 - SHARED)));
  const first = Math.min(seen, side) / 2;
  const step = (side - 2 * first) / Math.max(1, count - 1);
  return {
    count,
    middle: (i: number) => first + i * step,
    nearest: (at: number) => (step === 0 ? 0 : clamped(Math.round((at - first) / step), 0, count - 1)),
  };
}
