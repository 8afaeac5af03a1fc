/** The photograph: the smallest file that is sharp enough for the zoom, on a canvas that only moves by a transform. */
import type { View } from '../geometry/view';
import type { ImageSource, TaskImage } from '../model/image';

/** From this zoom on single pixels are meant to be seen. */
const PIXELS_FROM_SCALE = 4;
/** A decoded image takes 4 bytes a pixel; larger ones are scaled down to this many pixels. */
const MAX_PIXELS = 24_000_000;

export class ImageLayer {
  readonly canvas = document.createElement('canvas');
  #sources: ImageSource[];
  #loaded = 0;
  #loading: HTMLImageElement | null = null;
  #wanted_px = 0;
  #gone = false;
  #renewed = false;

  constructor(
    private readonly image: TaskImage,
    private readonly onLoad: (ok: boolean) => void,
    private readonly renew: () => Promise<readonly ImageSource[] | null>,
    /** The file that is on its way already: shown first, whatever its size. */
    private readonly early: ImageSource | undefined = undefined,
  ) {
    this.canvas.style.cssText =
      'position:absolute;left:0;top:0;transform-origin:0 0;pointer-events:none;will-change:transform;' +
      // Set by the page for a person's eyes; the pixels stay what they are.
      'filter:var(--image-look,none)';
    this.canvas.width = 1;
    this.canvas.height = 1;
    this.canvas.style.width = `${image.width}px`;
    this.canvas.style.height = `${image.height}px`;
    this.#sources = byWidth(image.sources);
  }

  get isLoaded(): boolean {
    return this.#loaded > 0;
  }

  setView(view: View, density: number): void {
    this.canvas.style.transform = `translate(${view.x}px,${view.y}px) scale(${view.scale})`;
    this.canvas.style.imageRendering = view.scale >= PIXELS_FROM_SCALE ? 'pixelated' : 'auto';
    this.#wanted_px = this.image.width * view.scale * density;
    this.#load();
  }

  /** Anew, all of its files and then all that their renewal gives: the line may be back. */
  fetch(): void {
    this.#renewed = false;
    this.#sources = byWidth(this.image.sources);
    this.#load();
  }

  destroy(): void {
    this.#gone = true;
    if (this.#loading !== null) this.#loading.src = '';
    this.canvas.width = 1;
    this.canvas.height = 1;
    this.canvas.remove();
  }

  #load(): void {
    if (this.#loading !== null || this.#gone) return;
    // A file that is a tenth too small still looks sharp.
    const source =
      this.#sources.find((each) => !this.isLoaded && each === this.early) ??
      this.#sources.find(({ width }) => width >= this.#wanted_px * 0.9) ??
      this.#sources.at(-1);
    if (source === undefined || source.width <= this.#loaded) return;
    const element = new Image();
    this.#loading = element;
    element.decoding = 'async';
    element.src = source.url;
    element.decode().then(
      () => {
        this.#loading = null;
        if (this.#gone) return;
        this.#show(element);
        this.#loaded = source.width;
        this.#renewed = false;
        this.onLoad(true);
        this.#load();
      },
      () => {
        this.#loading = null;
        if (this.#gone) return;
        // Not decodable here (an old browser and AVIF) or not reachable: the next best file.
        this.#sources = this.#sources.filter((other) => other !== source);
        if (this.#sources.length > 0) this.#load();
        else void this.#again();
      },
    );
  }

  /** Signed addresses end: those of a tab that was open for long are asked for again, once until one is shown. */
  async #again(): Promise<void> {
    const sources = this.#renewed ? null : await this.renew().catch(() => null);
    if (this.#gone) return;
    this.#renewed = true;
    this.#sources = byWidth(sources ?? []);
    if (this.#sources.length > 0) this.#load();
    else if (!this.isLoaded) this.onLoad(false);
  }

  #show(element: HTMLImageElement): void {
    const shrink = Math.min(1, Math.sqrt(MAX_PIXELS / (element.naturalWidth * element.naturalHeight)));
    this.canvas.width = Math.round(element.naturalWidth * shrink);
    this.canvas.height = Math.round(element.naturalHeight * shrink);
    this.canvas.getContext('2d', { alpha: false })?.drawImage(element, 0, 0, this.canvas.width, this.canvas.height);
  }
}

const byWidth = (sources: readonly ImageSource[]): ImageSource[] => [...sources].sort((a, b) => a.width - b.width);
