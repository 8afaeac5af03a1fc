/** Konva as its manual advises for many shapes: image and shapes on layers of their own, no perfect drawing, no hit strokes. */
import Konva from 'konva/lib/Core';
import { Image as KonvaImage } from 'konva/lib/shapes/Image';
import { Line } from 'konva/lib/shapes/Line';
import { COLORS, type Engine, FILL_OPACITY, HEIGHT, LINE_PX, type Polygon, photo, WIDTH } from './scene';

const translucent = (color: string): string =>
  color +
  Math.round(FILL_OPACITY * 255)
    .toString(16)
    .padStart(2, '0');

export async function open(host: HTMLDivElement, scene: readonly Polygon[]): Promise<Engine> {
  const stage = new Konva.Stage({ container: host, width: innerWidth, height: innerHeight });
  const [below, shapes, above] = [
    new Konva.Layer({ listening: false }),
    new Konva.Layer(),
    new Konva.Layer({ listening: false }),
  ];
  stage.add(below, shapes, above);
  below.add(new KonvaImage({ image: await photo(), width: WIDTH, height: HEIGHT, listening: false }));
  const lines = scene.map(({ ring, color }, i) => {
    const line = new Line({
      id: String(i),
      points: ring.flat(),
      closed: true,
      fill: translucent(COLORS[color]!),
      stroke: COLORS[color]!,
      strokeWidth: LINE_PX,
      strokeScaleEnabled: false,
      perfectDrawEnabled: false,
      shadowForStrokeEnabled: false,
      hitStrokeWidth: 0,
    });
    shapes.add(line);
    return line;
  });
  let selected = -1;
  stage.on('pointerdown', ({ target }) => {
    if (selected >= 0) lines[selected]!.stroke(COLORS[scene[selected]!.color]!);
    selected = target instanceof Line ? Number(target.id()) : -1;
    if (selected >= 0) lines[selected]!.stroke('#ffffff');
  });
  let stroke: Line | null = null;
  const place = (x: number, y: number): [number, number] => [
    (x - stage.x()) / stage.scaleX(),
    (y - stage.y()) / stage.scaleX(),
  ];
  return {
    show({ scale, x, y }) {
      stage.scale({ x: scale, y: scale });
      stage.position({ x, y });
      stage.batchDraw();
    },
    isSharp: () => true,
    hit: (x, y) => Number(stage.getIntersection({ x, y })?.id() ?? -1),
    target: stage.content,
    selected: () => selected,
    // The points are kept and painted anew, as tools on Konva do.
    brush: {
      down(x, y) {
        stroke = new Line({
          points: place(x, y),
          stroke: COLORS[0]!,
          strokeWidth: 80,
          lineCap: 'round',
          lineJoin: 'round',
        });
        above.add(stroke);
      },
      move(x, y) {
        stroke!.points([...stroke!.points(), ...place(x, y)]);
        // At once, so that the painting is timed with the point.
        above.draw();
      },
      up: () => undefined,
      undo: () => stroke!.destroy(),
    },
  };
}
