import { handleAt } from '../../model/handle';
import { type Bench, type Press, reach, type State } from '../tool';
import { DraggingHandle } from './dragging-handle';

/**
 * In every tool the grips of the selected shape can be taken at once; null when the press is on none of them. With Shift
 * the press goes through them, so that a shape can begin right beside the last one.
 */
export function grab(bench: Bench, press: Press, home: State): State | null {
  const shape = bench.selected();
  if (shape === null || bench.readOnly || press.shift || press.pointer === 'keyboard') return null;
  const handle = handleAt(shape, press.at, reach(press.pointer) / bench.scale, bench.scale);
  return handle === null ? null : new DraggingHandle(bench, home, press, shape, handle);
}
