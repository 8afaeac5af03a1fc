/** The whole image in small while a part of it is near: what is in sight, what has been looked at, the way to the rest. */
import type { Size } from '../geometry/points';
import type { View } from '../geometry/view';

const LONGEST_PX = 96;
/** Canvas pixels for one of the page: sharp enough for so small a picture on any screen. */
const DENSITY = 2;
/** What was in sight for so long was looked at. */
const LOOKED_AT_MS = 300;
/** While the view moves the map follows in steps: with every frame it would cost as much as a bare pan itself. */
const BETWEEN_MS = 80;

export class MiniMap {
  readonly canvas = document.createElement('canvas');
  /** The image, dark where it has not been looked at yet. */
  readonly #looked = document.createElement('canvas');
  #view: View | null = null;
  #painted_ms = 0;
  #timer = 0;

  /**
   * @param picture the photograph in any size
   * @param go brings a point of the image into the middle
   */
  constructor(
    private readonly image: Size,
    private readonly picture: HTMLCanvasElement,
    go: (x: number, y: number) => void,
  ) {
    const { canvas } = this;
    const shrink = LONGEST_PX / Math.max(image.width, image.height);
    for (const one of [canvas, this.#looked]) {
      one.width = Math.ceil(image.width * shrink * DENSITY);
      one.height = Math.ceil(image.height * shrink * DENSITY);
    }
    const { width, height } = canvas;
    canvas.className = 'wb-map';
    // For eyes and pointers; keys walk by the command, which says where it is.
    canvas.ariaHidden = 'true';
    canvas.style.cssText = `width:${width / DENSITY}px;height:${height / DENSITY}px`;
    const context = this.#looked.getContext('2d')!;
    context.drawImage(picture, 0, 0, width, height);
    context.fillStyle = 'rgba(0,0,0,.6)';
    context.fillRect(0, 0, width, height);
    canvas.onpointerdown = canvas.onpointermove = (event) => {
      event.stopPropagation();
      if (event.buttons === 0) return;
      const { left, top } = canvas.getBoundingClientRect();
      go((event.clientX - left) / shrink, (event.clientY - top) / shrink);
    };
  }

  /** @param sight how much of the page shows the image; null: the whole of it is in sight, and needs no map */
  show(view: View, sight: Size | null): void {
    // Asked with every frame, also of a stroke.
    if (view === this.#view) return;
    this.#view = view;
    const { canvas, picture } = this;
    const { x, y, scale } = view;
    clearTimeout(this.#timer);
    canvas.hidden = !sight;
    if (!sight) return;
    const part = [-x, -y, sight.width, sight.height].map((side) => (side / scale / this.image.width) * canvas.width);
    const [left, top, width, height] = part as [number, number, number, number];
    const paint = () => {
      this.#painted_ms = performance.now();
      const context = canvas.getContext('2d')!;
      context.drawImage(this.#looked, 0, 0);
      // Two tones are seen on any ground.
      context.lineWidth = 6;
      context.strokeStyle = '#000';
      context.strokeRect(left, top, width, height);
      context.lineWidth = 2;
      context.strokeStyle = '#fff';
      context.strokeRect(left, top, width, height);
    };
    if (performance.now() - this.#painted_ms > BETWEEN_MS) paint();
    this.#timer = window.setTimeout(() => {
      const larger = picture.width / canvas.width;
      const from = [left * larger, top * larger, width * larger, height * larger] as const;
      this.#looked.getContext('2d')!.drawImage(picture, ...from, left, top, width, height);
      paint();
    }, LOOKED_AT_MS);
  }
}
