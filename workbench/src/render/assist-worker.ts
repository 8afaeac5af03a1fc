/** Reads the picture away from the main thread: wand, superpixels, livewire, cut-outs by colour. */
import { cutOut } from '../geometry/cutout';
import { flood } from '../geometry/flood';
import { cheapestWay, edgeCosts, simplified } from '../geometry/livewire';
import type { Bitmap } from '../geometry/mask';
import type { Position, Size } from '../geometry/points';
import { enlarged, pixelAt, type Raster } from '../geometry/raster';
import { superpixels } from '../geometry/slic';
import type { RegionPrompt, WayPrompt } from '../tools/assist';

export type ToAssist =
  | { readonly do: 'picture'; readonly raster: Raster; readonly image: Size }
  | { readonly do: 'region'; readonly serial: number; readonly prompt: RegionPrompt }
  | { readonly do: 'way'; readonly serial: number; readonly prompt: WayPrompt };

/** Neither is there where it failed. */
export interface FromAssist {
  readonly serial: number;
  readonly region?: Bitmap;
  readonly way?: readonly Position[];
}

/** Patches across the longer side of the picture. */
const PATCHES_ACROSS = 48;
/** How far beyond its two ends a wire may go, as a share of the longer side. */
const REACH = 0.08;
/** How far a stored outline may lie off the pixels it follows. */
const OFF_PX = 0.75;

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToAssist>) => void) | null;
  postMessage(message: FromAssist, transfer?: Transferable[]): void;
};

let picture: { readonly raster: Raster; readonly image: Size } | null = null;
let patches: Int32Array | null = null;
let costs: Uint16Array | null = null;

function region(prompt: RegionPrompt): Bitmap {
  const { raster, image } = picture!;
  if (prompt.tool === 'wand')
    return enlarged(flood(raster, pixelAt(prompt.at, image, raster), prompt.tolerance), image);
  if (prompt.tool === 'cutout') return boxed(prompt.box);
  patches ??= superpixels(raster, Math.max(4, Math.max(raster.width, raster.height) / PATCHES_ACROSS));
  const taken = new Set<number>();
  prompt.along.forEach((to, i) => {
    // A quick hand leaves gaps: half a patch is stepped over nowhere.
    const from = prompt.along[i - 1] ?? to;
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const steps = Math.max(1, Math.ceil((length * PATCHES_ACROSS * 4) / Math.max(image.width, image.height)));
    for (let step = 0; step <= steps; step++) {
      const at = [from[0] + ((to[0] - from[0]) * step) / steps, from[1] + ((to[1] - from[1]) * step) / steps] as const;
      taken.add(patches![pixelAt(at, image, raster)]!);
    }
  });
  const pixels = Uint8Array.from(patches, (patch) => (taken.has(patch) ? 1 : 0));
  return enlarged({ width: raster.width, height: raster.height, pixels }, image);
}

/** What stands out in the box, and nothing of it beyond. */
function boxed([x, y, width, height]: readonly [number, number, number, number]): Bitmap {
  const { raster, image } = picture!;
  const [sx, sy] = [raster.width / image.width, raster.height / image.height];
  const [x0, y0] = [Math.round(x * sx), Math.round(y * sy)];
  const x1 = Math.min(raster.width, Math.max(x0 + 1, Math.round((x + width) * sx)));
  const y1 = Math.min(raster.height, Math.max(y0 + 1, Math.round((y + height) * sy)));
  return enlarged(cutOut(raster, [x0, y0, x1, y1]), image);
}

function way({ from, to }: WayPrompt): readonly Position[] {
  const { raster, image } = picture!;
  costs ??= edgeCosts(raster);
  const reach_px = Math.ceil(REACH * Math.max(raster.width, raster.height));
  const found = cheapestWay(costs, raster, pixelAt(from, image, raster), pixelAt(to, image, raster), reach_px);
  const [sx, sy] = [image.width / raster.width, image.height / raster.height];
  const points = found.map(
    (pixel): Position => [((pixel % raster.width) + 0.5) * sx, (Math.floor(pixel / raster.width) + 0.5) * sy],
  );
  return [from, ...simplified(points, OFF_PX * Math.max(sx, sy)).slice(1, -1), to];
}

scope.onmessage = ({ data: message }) => {
  if (message.do === 'picture') {
    picture = message;
    patches = null;
    costs = null;
    return;
  }
  try {
    if (message.do === 'way') return scope.postMessage({ serial: message.serial, way: way(message.prompt) });
    const found = region(message.prompt);
    scope.postMessage({ serial: message.serial, region: found }, [found.pixels.buffer as ArrayBuffer]);
  } catch {
    scope.postMessage({ serial: message.serial });
  }
};
