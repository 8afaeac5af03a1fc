/**
 * The kinds of shapes: one folder each, found by its name, loaded when a schema asks for it. A folder's index.ts says what
 * the shape is (model), how it is drawn (ink.ts, which the painting worker loads by itself) and by which tools it is made.
 */

import type { ShapeInk } from '../model/ink';
import { enterInk } from '../model/ink';
import { enterModel, isLoaded, type ShapeModel } from '../model/kind';
import { enterPixelWork, type PixelWork } from '../model/pixels';
import type { LabelSchema } from '../model/schema';
import { enterJoining, type Joining } from '../tools/joining';
import { enterTools, type Tool } from '../tools/toolbox';
import box from './box';

export interface ShapeFolder {
  readonly model: ShapeModel;
  readonly ink: ShapeInk;
  readonly tools: readonly Tool[];
  /** Of a kind that is pixels. */
  readonly pixels?: PixelWork;
  readonly joining?: Joining;
}

const FOLDERS = import.meta.glob<{ default: ShapeFolder }>(['./*/index.ts', '!./box/index.ts']);

const kindOf = (path: string): string => path.split('/')[1]!;

/** Every kind there is a folder for. */
export const SHAPE_KINDS: readonly string[] = [box.model.kind, ...Object.keys(FOLDERS).map(kindOf)];

/** Enters a shape where the rooms below look it up. */
export function enter({ model, ink, tools, pixels, joining }: ShapeFolder): void {
  enterModel(model);
  enterInk(model.kind, ink);
  enterTools(tools);
  if (pixels) enterPixelWork(pixels);
  if (joining) enterJoining(joining);
}

// Most tasks draw boxes: with the code of all drawing its kilobyte saves a request, half a second on a slow line.
enter(box);

/** Loads the folders of these kinds; those that have none (texts, tags) are passed over. @throws where a file cannot be fetched. */
export async function loadKinds(kinds: Iterable<string>): Promise<void> {
  const wanted = [...new Set(kinds)].filter((kind) => !isLoaded(kind));
  await Promise.all(
    wanted.map(async (kind) => {
      const folder = await FOLDERS[`./${kind}/index.ts`]?.();
      if (folder !== undefined) enter(folder.default);
    }),
  );
}

export const kindsOf = (schema: LabelSchema): string[] => schema.labels.flatMap(({ kinds }) => [...kinds]);

export { isLoaded };
