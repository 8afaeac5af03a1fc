/** What reads the picture for a tool. Back ends: a Worker of this page (`local`), or the server; both are asked alike. */
import type { Bitmap } from '../geometry/mask';
import type { Position } from '../geometry/points';
import type { Helper } from '../model/suggestions';
import type { HintCode } from './hints';

export type RegionPrompt =
  /** What hangs together with `at` and differs by at most `tolerance` in each channel (0 to 255). */
  | { readonly tool: 'wand'; readonly at: Position; readonly tolerance: number }
  /** The patches under these points. */
  | { readonly tool: 'superpixels'; readonly along: readonly Position[] }
  /** What stands out in this box. */
  | { readonly tool: 'cutout'; readonly box: readonly [x: number, y: number, width: number, height: number] };

export interface WayPrompt {
  readonly from: Position;
  readonly to: Position;
}

/** `by` and `version` go with the mark to the server. */
export interface FoundRegion extends Helper {
  readonly region: Bitmap;
  /** A word for the worker about how it was found. */
  readonly note?: HintCode;
}

export interface FoundWay extends Helper {
  readonly way: readonly Position[];
}

/**
 * Places are image points, answers are in the pixels of the image. Promises are refused where the picture is missing,
 * nothing is found, or the question was withdrawn.
 */
export interface Assist {
  /** Whether it is asked for what stands out in a box; else its tool is not there. */
  readonly cutsOut: boolean;
  region(prompt: RegionPrompt, signal?: AbortSignal): Promise<FoundRegion>;
  /** The way from one point to the other along edges, both ends included. */
  way(prompt: WayPrompt, signal?: AbortSignal): Promise<FoundWay>;
  dispose(): void;
}
