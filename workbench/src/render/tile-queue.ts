/** What is still to be painted, and the shapes to paint it from. A new wish takes the place of the old one at once. */
import type { Context } from './ink';
import { type Look, StaticScene, type StaticShape } from './static-scene';
import { type Tile, tileKey } from './tiles';

export interface Wish extends Look {
  /** Which wish a painted tile belongs to; it shows all patches that were sent before. */
  readonly serial: number;
  readonly tiles: readonly Tile[];
}

export interface PaintedTile {
  readonly serial: number;
  readonly tile: Tile;
  /** False when nothing is in it. */
  readonly filled: boolean;
}

export class TileQueue {
  readonly #scene = new StaticScene();
  #wish: Wish | null = null;
  #tiles: Tile[] = [];
  /** The first of the tiles, begun. */
  #begun: Generator<void, boolean> | null = null;

  patch(put: readonly StaticShape[], remove: readonly string[]): void {
    this.#scene.patch(put, remove);
    this.#begun = null;
  }

  /** A tile that is begun is finished when it is wished again, looking the same: a pan wishes anew in every frame. */
  want(wish: Wish): void {
    const [before] = this.#tiles;
    const again = before && wish.tiles.find((tile) => tileKey(tile) === tileKey(before));
    const goesOn = this.#begun !== null && again !== undefined && lookOf(this.#wish!) === lookOf(wish);
    if (!goesOn) this.#begun = null;
    this.#tiles = goesOn ? [again, ...wish.tiles.filter((tile) => tile !== again)] : [...wish.tiles];
    this.#wish = wish;
  }

  get next(): Tile | null {
    return this.#tiles[0] ?? null;
  }

  /** Paints a piece of the next tile, which must be there; null while it is not done. */
  step(context: Context): PaintedTile | null {
    const [wish, tile] = [this.#wish!, this.next!];
    this.#begun ??= this.#scene.paint(context, wish, tile);
    const { done, value } = this.#begun.next();
    if (!done) return null;
    this.#begun = null;
    this.#tiles.shift();
    return { serial: wish.serial, tile, filled: value };
  }
}

const lookOf = ({ level, hidden, fillOpacity }: Look): string => JSON.stringify([level, hidden, fillOpacity]);
