/** The page's own bench about the editor: tools, labels and the list of marks, as a worker has them. */
import { h, render } from 'preact';
import '../../../src/tagwork/web/static/web/site.css';
import '../../../workbench/src/ui/workbench.css';
import type { ShapeAnnotation } from '../../../workbench/src/model/annotation';
import { Answer } from '../../../workbench/src/ui/answer';
import { Bench } from '../../../workbench/src/ui/stage';
import { type Engine, HEIGHT, PHOTO, type Polygon, WIDTH } from './scene';

export async function open(host: HTMLDivElement, scene: readonly Polygon[]): Promise<Engine> {
  const labels = Array.from({ length: 8 }, (_, i) => ({ name: `label ${i}`, kinds: ['polygon'] as const }));
  const annotations = scene.map(
    ({ ring, color }, i): ShapeAnnotation => ({
      id: String(i),
      kind: 'polygon',
      label: `label ${color}`,
      polygon: [ring as [number, number][]],
      attributes: {},
    }),
  );
  const picture = { width: WIDTH, height: HEIGHT, sources: [{ ...PHOTO, type: 'image/jpeg' }] };
  const answer = new Answer({ labels }, picture, annotations);
  render(h('div', { class: 'wb' }, h(Bench, { answer })), host);
  while (!answer.ready.value) await new Promise(requestAnimationFrame);
  const editor = answer.editor.value!;
  editor.setTool('select');
  return {
    show: (view) => editor.show(view),
    isSharp: () => editor.isSharp,
    hit: () => -1,
    target: host.querySelector('[role=application]')!,
    selected: () => Number(answer.selected.value[0] ?? -1),
  };
}
