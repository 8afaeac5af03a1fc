import { handleAt } from '../../model/handle';
import { type Bench, type Handle, type Press, reach, type State } from '../tool';
import { DraggingHandle } from './dragging-handle';

/** The grip of the selected shape that a press is on. */
export function gripAt(bench: Bench, press: Press): Handle | null {
  const shape = bench.selected();
  if (shape === null || bench.readOnly || press.shift || press.pointer === 'keyboard') return null;
  return handleAt(shape, press.at, reach(press.pointer) / bench.scale, bench.scale);
}

/**
 * In every tool the grips of the selected shape can be taken at once; null when the press is on none of them. With Shift
 * the press goes through them, so that a shape can begin right beside the last one.
 */
export function grab(bench: Bench, press: Press, home: State): State | null {
  const handle = gripAt(bench, press);
  return handle === null ? null : new DraggingHandle(bench, home, press, bench.selected()!, handle);
}
