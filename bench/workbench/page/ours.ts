/** The editor as the pages open it. */

import { screenPoint } from '../../../workbench/src/geometry/points';
import { toImage } from '../../../workbench/src/geometry/view';
import type { Annotation, ShapeAnnotation } from '../../../workbench/src/model/annotation';
import { HitIndex } from '../../../workbench/src/model/hit-index';
import { Editor } from '../../../workbench/src/render/editor';
import { loadKinds } from '../../../workbench/src/shapes';
import { reach } from '../../../workbench/src/tools/tool';
import { type Engine, HEIGHT, PHOTO, type Polygon, WIDTH } from './scene';

export async function open(
  host: HTMLDivElement,
  scene: readonly Polygon[],
): Promise<Engine & { readonly editor: Editor }> {
  await loadKinds(['polygon', 'mask']);
  const labels = Array.from({ length: 8 }, (_, i) => ({ name: `label ${i}`, kinds: ['polygon', 'mask'] as const }));
  const annotations = scene.map(
    ({ ring, color }, i): ShapeAnnotation => ({
      id: String(i),
      kind: 'polygon',
      label: `label ${color}`,
      polygon: [ring as [number, number][]],
      attributes: {},
    }),
  );
  let selected = -1;
  let current: readonly Annotation[] = annotations;
  const shown = Promise.withResolvers<void>();
  const editor: Editor = new Editor({
    host,
    schema: { labels },
    image: { width: WIDTH, height: HEIGHT, sources: [{ ...PHOTO, type: 'image/jpeg' }] },
    annotations,
    description: 'Image to annotate',
    shell: { undo: () => editor.undo(), redo: () => editor.redo() },
    onChange: (next) => {
      current = next;
    },
    onSelect: ([id]) => {
      selected = Number(id ?? -1);
    },
    onImage: () => shown.resolve(),
  });
  await shown.promise;
  editor.setTool('select');
  const hits = new HitIndex();
  const target = host.querySelector('[role=application]')!;
  const press = (type: string, x: number, y: number) =>
    target.dispatchEvent(
      new PointerEvent(type, { clientX: x, clientY: y, pointerId: 1, pointerType: 'touch', bubbles: true }),
    );
  let last: [number, number] = [0, 0];
  return {
    editor,
    show: (view) => editor.show(view),
    isSharp: () => editor.isSharp,
    hit(x, y) {
      const at = toImage(editor.view, screenPoint(x, y));
      return Number(hits.covering(current, at, reach('touch') / 2 / editor.view.scale)[0]?.id ?? -1);
    },
    target,
    selected: () => selected,
    brush: {
      down(x, y) {
        last = [x, y];
        press('pointerdown', x, y);
      },
      move(x, y) {
        last = [x, y];
        press('pointermove', x, y);
      },
      up: () => press('pointerup', ...last),
      undo: () => editor.undo(),
    },
  };
}
