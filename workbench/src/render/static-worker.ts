/**
 * Paints the static layer away from the main thread, one tile a turn, so that a newer wish is heard in between. A long
 * list is painted by two: the first worker has a second one beside it, which paints every other tile.
 */
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
  readonly name: string;
  readonly location: Location;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
};

// All kinds at once: their ink is small, and a second request would delay the first painting.
const inks = import.meta.glob<ShapeInk>('../shapes/*/ink.ts', { eager: true, import: 'ink' });
for (const [path, ink] of Object.entries(inks)) enterInk(path.split('/').at(-2)!, ink);

/** Shapes at the start from which a second painter is worth its copy of them. */
const MANY = 500;
const SECOND = 'second';

const queue = new TileQueue();
const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d');
/** A turn of its own behind the messages that wait; timers would be slowed to 4 ms each. */
const turns = new MessageChannel();
let turning = false;
let wish: Wish | null = null;
/** Undefined until the first shapes have come, null where this worker paints alone. */
let second: Worker | null | undefined;

function turn(): void {
  if (turning || queue.next === null) return;
  turning = true;
  turns.port2.postMessage(null);
}

turns.port1.onmessage = () => {
  turning = false;
  if (context === null) {
    scope.postMessage({ did: 'fail' });
    return;
  }
  if (queue.next === null) return;
  const { serial, tile, filled } = queue.paint(context);
  answer({ did: 'paint', serial, tile, bitmap: filled ? canvas.transferToImageBitmap() : null });
  turn();
};

function answer(message: FromWorker): void {
  scope.postMessage(message, 'bitmap' in message && message.bitmap !== null ? [message.bitmap] : []);
}

/** This very script once more, from the cache. */
function company(): Worker | null {
  // Old browsers start no worker from a worker.
  if (typeof Worker === 'undefined' || navigator.hardwareConcurrency < 2) return null;
  const worker = new Worker(scope.location.href, { type: 'module', name: SECOND });
  const alone = () => {
    worker.terminate();
    second = null;
    if (wish !== null) want(wish);
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => (data.did === 'fail' ? alone() : answer(data));
  worker.onerror = alone;
  return worker;
}

function want(wanted: Wish): void {
  wish = wanted;
  // By their place: a wish that differs by a tile must not hand the others round.
  const every = (rest: number) => ({ ...wanted, tiles: wanted.tiles.filter((t) => ((t.column + t.row) & 1) === rest) });
  queue.want(second ? every(0) : wanted);
  second?.postMessage({ do: 'want', wish: every(1) });
  turn();
}

scope.onmessage = ({ data: message }) => {
  if (message.do === 'want') {
    want(message.wish);
    return;
  }
  queue.patch(message.put, message.remove);
  if (second === undefined) second = scope.name === SECOND || message.put.length < MANY ? null : company();
  second?.postMessage(message);
  turn();
};
