/** Query: image (url), width, height, kinds (comma separated), n (random polygons), ro. */

import type { Kind } from '../src/model/schema';
import { type Annotation, Editor, type LabelSchema } from '../src/render/editor';
import { kindsOf, loadKinds } from '../src/shapes';
import { chordOf } from '../src/tools/chord';

const query = new URLSearchParams(location.search);
const width = Number(query.get('width') ?? 1200);
const height = Number(query.get('height') ?? 900);
const kinds = (query.get('kinds') ?? 'box,polygon,mask,point,polyline,ellipse,skeleton').split(',') as Kind[];

const schema: LabelSchema = {
  labels: [
    { name: 'car', kinds },
    {
      name: 'person',
      kinds,
      keypoints: ['head', 'left hand', 'right hand'],
      edges: [
        ['head', 'left hand'],
        ['head', 'right hand'],
      ],
    },
    { name: 'tree', kinds },
  ],
};

function picture(): string {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const paint = canvas.getContext('2d')!;
  for (let y = 0; y < height; y += 50) {
    for (let x = 0; x < width; x += 50) {
      paint.fillStyle = `hsl(${(x / 5 + y / 3) % 360} 35% ${40 + ((x + y) % 100) / 4}%)`;
      paint.fillRect(x, y, 50, 50);
    }
  }
  paint.fillStyle = '#fff';
  paint.fillRect(300, 200, 200, 150);
  paint.fillStyle = '#111';
  paint.fillRect(700, 500, 250, 120);
  return canvas.toDataURL();
}

function many(count: number): Annotation[] {
  let seed = 7;
  const random = () => {
    seed = (seed * 16807) % 2147483647;
    return seed / 2147483647;
  };
  return Array.from({ length: count }, (_, i) => {
    const [cx, cy, r] = [random() * width, random() * height, 8 + random() * 50];
    const ring = Array.from({ length: 40 }, (_, k) => {
      const [t, q] = [(k / 40) * 2 * Math.PI, r * (0.8 + 0.2 * random())];
      return [cx + q * Math.cos(t), cy + q * Math.sin(t)] as const;
    });
    return { id: String(i + 1), kind: 'polygon', label: schema.labels[i % 3]!.name, polygon: [ring] };
  });
}

await loadKinds(kindsOf(schema));

const log: { reason: string; count: number }[] = [];
const hint = document.querySelector('#hint')!;
const editor: Editor = new Editor({
  host: document.querySelector<HTMLElement>('#host')!,
  schema,
  image: { width, height, sources: [{ url: query.get('image') ?? picture(), width, type: 'image/png' }] },
  annotations: many(Number(query.get('n') ?? 0)),
  readOnly: query.has('ro'),
  description: 'Image to annotate',
  shell: { undo: () => editor.undo(), redo: () => editor.redo() },
  onChange: (annotations, reason) => log.push({ reason, count: annotations.length }),
  onHint: (text) => {
    hint.textContent = text;
  },
  onToolChange: draw,
});

function draw(): void {
  const bar = document.querySelector('#bar')!;
  const button = (text: string, pressed: boolean, run: () => void) => {
    const element = document.createElement('button');
    element.textContent = text;
    element.setAttribute('aria-pressed', String(pressed));
    element.onclick = run;
    return element;
  };
  bar.replaceChildren(
    ...editor.tools().map((tool) => button(tool.title, tool.active, () => editor.setTool(tool.name))),
    ...schema.labels.map(({ name }) => button(name, name === editor.label, () => editor.setLabel(name))),
    button('undo', false, () => editor.undo()),
    button('redo', false, () => editor.redo()),
    button('fit', false, () => editor.fit()),
  );
}
draw();
addEventListener('keydown', (event) => {
  if (event.defaultPrevented) return;
  const chord = chordOf(event);
  const [command] = Object.entries(editor.keys()).find(([, key]) => key === chord) ?? [];
  if (chord === 'Mod+Z') editor.undo();
  else if (chord === 'Mod+Shift+Z') editor.redo();
  else if (command !== undefined) editor.run(command);
});
Object.assign(window, { editor, log });
