/** The back end of `Assist` on this device: a Worker that is given the picture when it is first asked. */

import { bitmapRect } from '../geometry/mask';
import type { Size } from '../geometry/points';
import type { Assist, FoundRegion, FoundWay, RegionPrompt, WayPrompt } from '../tools/assist';
import { NothingThere } from '../tools/cutout/refusals';
import type { FromAssist, ToAssist } from './assist-worker';
import { cutOut } from './cut-out';

/** More pixels than that take longer than a hand likes to wait. */
const MAX_PIXELS = 1_500_000;
/** Another one wherever the same question may get another answer. */
const VERSION = '1';

type Wish =
  | { readonly do: 'region'; readonly prompt: RegionPrompt }
  | { readonly do: 'way'; readonly prompt: WayPrompt };

export class LocalAssist implements Assist {
  readonly cutsOut = true;
  /** Made when it is needed: one that failed makes room for another. */
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, (answer: FromAssist) => void>();
  #serial = 0;
  /** Width of the picture that the Worker has: a sharper one may have been loaded since. */
  #given_px = 0;

  constructor(
    private readonly image: Size,
    /** The picture as it is loaded by now; null before. */
    private readonly picture: () => HTMLCanvasElement | null,
    /** Asked first for what stands out in a box. */
    private readonly server?: (() => Promise<Assist>) | '' | null,
  ) {}

  async region(prompt: RegionPrompt, signal?: AbortSignal): Promise<FoundRegion> {
    const local = () => this.#region(prompt, signal);
    return prompt.tool === 'cutout' && this.server ? cutOut(this.server, local, prompt, signal) : local();
  }

  async #region(prompt: RegionPrompt, signal?: AbortSignal): Promise<FoundRegion> {
    const { region } = await this.#ask({ do: 'region', prompt });
    signal?.throwIfAborted();
    if (region === undefined) throw new Error('no region was found');
    if (prompt.tool === 'cutout' && bitmapRect(region) === null) throw new NothingThere();
    return { region, by: prompt.tool, version: VERSION };
  }

  async way(prompt: WayPrompt, signal?: AbortSignal): Promise<FoundWay> {
    const { way } = await this.#ask({ do: 'way', prompt });
    signal?.throwIfAborted();
    if (way === undefined) throw new Error('no way was found');
    return { way, by: 'livewire', version: VERSION };
  }

  dispose(): void {
    this.#worker?.terminate();
    this.#waiting.clear();
  }

  #made(): Worker {
    const worker = new Worker(new URL('./assist-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<FromAssist>) => {
      this.#waiting.get(data.serial)?.(data);
      this.#waiting.delete(data.serial);
    };
    // Without a line its code may not come.
    worker.onerror = () => {
      worker.terminate();
      this.#worker = null;
      this.#given_px = 0;
      for (const [serial, answer] of this.#waiting) answer({ serial });
      this.#waiting.clear();
    };
    return worker;
  }

  #ask(wish: Wish): Promise<FromAssist> {
    const picture = this.picture();
    if (picture === null) return Promise.reject(new Error('the picture is not there yet'));
    if (picture.width > this.#given_px) this.#give(picture);
    const serial = ++this.#serial;
    return new Promise((answer) => {
      this.#waiting.set(serial, answer);
      this.#send({ ...wish, serial });
    });
  }

  #give(picture: HTMLCanvasElement): void {
    this.#given_px = picture.width;
    const shrink = Math.min(1, Math.sqrt(MAX_PIXELS / (picture.width * picture.height)));
    const [width, height] = [Math.round(picture.width * shrink), Math.round(picture.height * shrink)];
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    context.drawImage(picture, 0, 0, width, height);
    const rgba = context.getImageData(0, 0, width, height).data;
    const { image } = this;
    const size = { width: image.width, height: image.height };
    this.#send({ do: 'picture', raster: { width, height, rgba }, image: size }, [rgba.buffer]);
  }

  #send(message: ToAssist, transfer: Transferable[] = []): void {
    this.#worker ??= this.#made();
    this.#worker.postMessage(message, transfer);
  }
}
