/** A round glass above the finger that shows what the finger covers. */
import { clamped, type Position, type ScreenPoint } from '../geometry/points';
import type { View } from '../geometry/view';

const SIZE_PX = 116;
const ENLARGES = 2.5;
/** Distance from the finger to the middle of the glass. */
const OFFSET_PX = 104;

export class Loupe {
  readonly canvas = document.createElement('canvas');

  constructor() {
    const { style } = this.canvas;
    style.cssText =
      'position:absolute;left:0;top:0;border-radius:50%;pointer-events:none;display:none;' +
      'box-shadow:0 0 0 2px #fff,0 0 0 4px rgba(0,0,0,.6),0 4px 14px rgba(0,0,0,.4)';
    style.width = `${SIZE_PX}px`;
    style.height = `${SIZE_PX}px`;
  }

  hide(): void {
    this.canvas.style.display = 'none';
  }

  /**
   * @param finger where the finger is
   * @param focus the image point to show in the middle
   * @param paint paints the work (not the image) for a view of the loupe's size
   */
  show(
    finger: ScreenPoint,
    focus: Position,
    view: View,
    viewport: { width: number; density: number },
    image: HTMLCanvasElement,
    image_width: number,
    paint: (context: CanvasRenderingContext2D, view: View, size_px: number) => void,
  ): void {
    const { canvas } = this;
    const { density } = viewport;
    const pixels = Math.round(SIZE_PX * density);
    if (canvas.width !== pixels) {
      canvas.width = pixels;
      canvas.height = pixels;
    }
    const context = canvas.getContext('2d')!;
    const scale = Math.min(view.scale * ENLARGES, 48);
    const [fx, fy] = focus;
    const inside: View = { scale, x: SIZE_PX / 2 - fx * scale, y: SIZE_PX / 2 - fy * scale };
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = '#5a5a5a';
    context.fillRect(0, 0, pixels, pixels);
    context.imageSmoothingEnabled = scale < 4;
    const ratio = (image_width / image.width) * scale * density;
    context.setTransform(ratio, 0, 0, ratio, inside.x * density, inside.y * density);
    // As the photograph itself is shown; browsers without this show it plain.
    context.filter = getComputedStyle(image).filter;
    context.drawImage(image, 0, 0);
    context.filter = 'none';
    paint(context, inside, SIZE_PX);
    context.setTransform(density, 0, 0, density, 0, 0);
    cross(context, SIZE_PX / 2, SIZE_PX / 2);

    const [x, y] = finger;
    const above = y - OFFSET_PX - SIZE_PX / 2 >= 4;
    // Near the top there is no room above: beside the finger, on the side with more room.
    const left = above
      ? x - SIZE_PX / 2
      : x < viewport.width / 2
        ? x + OFFSET_PX - SIZE_PX / 2
        : x - OFFSET_PX - SIZE_PX / 2;
    const top = above ? y - OFFSET_PX - SIZE_PX / 2 : Math.max(4, y - SIZE_PX / 2);
    canvas.style.transform = `translate(${clamped(left, 4, viewport.width - SIZE_PX - 4)}px,${top}px)`;
    canvas.style.display = 'block';
  }
}

function cross(context: CanvasRenderingContext2D, x: number, y: number): void {
  for (const [tone, width] of [
    ['rgba(0,0,0,0.7)', 3],
    ['#ffffff', 1],
  ] as const) {
    context.strokeStyle = tone;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x - 12, y);
    context.lineTo(x + 12, y);
    context.moveTo(x, y - 12);
    context.lineTo(x, y + 12);
    context.stroke();
  }
}
