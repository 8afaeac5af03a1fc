/** What is still to be painted, and the shapes to paint it from. A new wish takes the place of the old one at once. */
import type { Context } from './ink';
import { type Look, StaticScene, type StaticShape } from './static-scene';
import type { Tile } from './tiles';

export interface Wish extends Look {
  /** Which wish a painted tile belongs to; it shows all patches that were sent before. */
  readonly serial: number;
  readonly tiles: readonly Tile[];
}

export class TileQueue {
  readonly #scene = new StaticScene();
  #wish: Wish | null = null;
  #done = 0;

  patch(put: readonly StaticShape[], remove: readonly string[]): void {
    this.#scene.patch(put, remove);
  }

  want(wish: Wish): void {
    this.#wish = wish;
    this.#done = 0;
  }

  get next(): Tile | null {
    return this.#wish?.tiles[this.#done] ?? null;
  }

  /** Paints the next tile, which must be there; false when nothing is in it. */
  paint(context: Context): { readonly serial: number; readonly tile: Tile; readonly filled: boolean } {
    const [wish, tile] = [this.#wish!, this.next!];
    this.#done++;
    return { serial: wish.serial, tile, filled: this.#scene.paint(context, wish, tile) };
  }
}
