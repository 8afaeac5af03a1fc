/** What reads the picture for a tool. Back ends: a Worker of this page (`local`), or the server. */
import type { Bitmap } from '../geometry/mask';
import type { Position } from '../geometry/points';

export type RegionPrompt =
  /** What hangs together with `at` and differs by at most `tolerance` in each channel (0 to 255). */
  | { readonly tool: 'wand'; readonly at: Position; readonly tolerance: number }
  /** The patches under these points. */
  | { readonly tool: 'superpixels'; readonly along: readonly Position[] }
  /** What stands out in this box. */
  | { readonly tool: 'grabcut'; readonly box: readonly [x: number, y: number, width: number, height: number] };

export interface WayPrompt {
  readonly from: Position;
  readonly to: Position;
}

/** Places are image points, answers are in the pixels of the image. Promises are refused where the picture is missing. */
export interface Assist {
  region(prompt: RegionPrompt): Promise<Bitmap>;
  /** The way from one point to the other along edges, both ends included. */
  way(prompt: WayPrompt): Promise<readonly Position[]>;
  dispose(): void;
}
