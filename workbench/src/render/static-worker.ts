/** Paints the static layer away from the main thread, one tile a turn, so that a newer wish is heard in between. */
import { enterInk, type ShapeInk } from '../model/ink';
import type { StaticShape } from './static-scene';
import { TileQueue, type Wish } from './tile-queue';
import type { Tile } from './tiles';

export type ToWorker =
  | { readonly do: 'patch'; readonly put: readonly StaticShape[]; readonly remove: readonly string[] }
  | { readonly do: 'want'; readonly wish: Wish };

/** Without a bitmap the tile is empty. */
export type FromWorker =
  | { readonly did: 'paint'; readonly serial: number; readonly tile: Tile; readonly bitmap: ImageBitmap | null }
  | { readonly did: 'fail' };

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
};

// All kinds at once: their ink is small, and a second request would delay the first painting.
const inks = import.meta.glob<ShapeInk>('../shapes/*/ink.ts', { eager: true, import: 'ink' });
for (const [path, ink] of Object.entries(inks)) enterInk(path.split('/').at(-2)!, ink);

const queue = new TileQueue();
const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d');
/** A turn of its own behind the messages that wait; timers would be slowed to 4 ms each. */
const turns = new MessageChannel();
let turning = false;

function turn(): void {
  if (turning || queue.next === null) return;
  turning = true;
  turns.port2.postMessage(null);
}

turns.port1.onmessage = () => {
  turning = false;
  if (queue.next === null) return;
  if (context === null) {
    scope.postMessage({ did: 'fail' });
    return;
  }
  const { serial, tile, filled } = queue.paint(context);
  const bitmap = filled ? canvas.transferToImageBitmap() : null;
  scope.postMessage({ did: 'paint', serial, tile, bitmap }, bitmap === null ? [] : [bitmap]);
  turn();
};

scope.onmessage = ({ data: message }) => {
  if (message.do === 'patch') queue.patch(message.put, message.remove);
  else queue.want(message.wish);
  turn();
};
