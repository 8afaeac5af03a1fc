/** SVG as annotation tools use it: one element for each shape, moved by a transform, line widths kept constant on the screen. */
import { COLORS, type Engine, FILL_OPACITY, HEIGHT, LINE_PX, type Polygon, photo, WIDTH } from './scene';

const SVG = 'http://www.w3.org/2000/svg';

export async function open(host: HTMLDivElement, scene: readonly Polygon[]): Promise<Engine> {
  const image = await photo();
  image.width = WIDTH;
  image.height = HEIGHT;
  image.style.cssText = 'position:absolute;left:0;top:0;transform-origin:0 0;will-change:transform';
  const root = document.createElementNS(SVG, 'svg');
  root.setAttribute('width', String(WIDTH));
  root.setAttribute('height', String(HEIGHT));
  root.style.cssText = 'position:absolute;left:0;top:0;transform-origin:0 0;overflow:visible';
  const elements = scene.map(({ ring, color }, i) => {
    const element = document.createElementNS(SVG, 'polygon');
    element.setAttribute('points', ring.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' '));
    element.setAttribute('fill', COLORS[color]!);
    element.setAttribute('fill-opacity', String(FILL_OPACITY));
    element.setAttribute('stroke', COLORS[color]!);
    element.dataset.index = String(i);
    root.append(element);
    return element;
  });
  host.append(image, root);
  const indexOf = (element: Element | null): number =>
    element instanceof SVGElement ? Number(element.dataset.index ?? -1) : -1;
  let selected = -1;
  root.addEventListener('pointerdown', ({ target }) => {
    if (selected >= 0) elements[selected]!.setAttribute('stroke', COLORS[scene[selected]!.color]!);
    selected = indexOf(target as Element);
    if (selected >= 0) elements[selected]!.setAttribute('stroke', '#ffffff');
  });
  let painted = 0;
  return {
    show({ scale, x, y }) {
      image.style.transform = `translate(${x}px,${y}px) scale(${scale})`;
      root.style.transform = image.style.transform;
      if (scale === painted) return;
      painted = scale;
      for (const element of elements) element.setAttribute('stroke-width', String(LINE_PX / scale));
    },
    isSharp: () => true,
    hit: (x, y) => indexOf(document.elementFromPoint(x, y)),
    target: root,
    selected: () => selected,
  };
}
