/** Which way a line runs, for the eye. */
import { distance, type Position, type Ring } from '../../geometry/points';

const ARM_PX = 9;
/** A shorter stretch says it only where it is the last one. */
const ROOM_PX = 36;
/** Behind the middle, where the grip that makes a vertex stands. */
const PLACE = 2 / 3;

/** An arrow on each stretch that has room for it, and on the last one, in image coordinates at `scale` screen pixels per image pixel. */
export const arrowheads = (line: Ring, scale: number): Position[][] =>
  line.slice(1).flatMap((to, i) => {
    const [x0, y0] = line[i]!;
    const length_px = distance(line[i]!, to) * scale;
    if (length_px < (i < line.length - 2 ? ROOM_PX : 1)) return [];
    const [x, y] = [x0 + (to[0] - x0) * PLACE, y0 + (to[1] - y0) * PLACE];
    const [dx, dy] = [((to[0] - x0) / length_px) * ARM_PX, ((to[1] - y0) / length_px) * ARM_PX];
    // Two arms, at 45 degrees to the line.
    return [
      [
        [x - dx - dy, y - dy + dx],
        [x, y],
        [x - dx + dy, y - dy - dx],
      ],
    ];
  });
