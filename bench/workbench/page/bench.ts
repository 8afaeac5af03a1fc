/** What the driver calls: opens one engine on the scene and measures it. Times are milliseconds. */
import { type Engine, HEIGHT, polygons, seeded, viewAt, WIDTH } from './scene';

const FRAMES = 60;
/** An engine that cannot keep up is given this long for a move, and for all rounds of presses; it is judged by what it did. */
const MOVE_MS = 3_000;
const PRESSES_MS = 12_000;
const PRESSES = 20;
const STROKE_POINTS = 200;
/** The middle tip of the brush in the research: 40 image pixels. */
const BRUSH_RADIUS_PX = 40;

const ROUNDS = 3;

/** The quickest of several rounds for each of many like things: what else runs on the machine only ever adds. */
class Quickest {
  readonly #times = new Map<number, number>();

  took(which: number, ms: number): void {
    this.#times.set(which, Math.min(ms, this.#times.get(which) ?? ms));
  }

  time(which: number, run: () => void): void {
    const began = performance.now();
    run();
    this.took(which, performance.now() - began);
  }

  get times(): number[] {
    return [...this.#times.values()];
  }
}

type Ours = Awaited<ReturnType<typeof import('./ours')['open']>>;

const host = document.querySelector<HTMLDivElement>('#host')!;
let engine: Engine;
let scene: ReturnType<typeof polygons>;

// Pointers made by a script cannot be captured; everything else is the product's own way.
Element.prototype.setPointerCapture = () => undefined;

const frame = () => new Promise<void>((done) => requestAnimationFrame(() => done()));
/** After the next frame's work of the main thread. */
const painted = () =>
  new Promise<void>((done) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done();
      channel.port2.postMessage(null);
    });
  });
const rest = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function untilSharp(): Promise<void> {
  do await painted();
  while (!engine.isSharp());
}

const bench = {
  async open(name: 'ours' | 'konva' | 'svg' | 'shell', count: number): Promise<number> {
    scene = polygons(count);
    const began = performance.now();
    const adapter = {
      ours: () => import('./ours'),
      konva: () => import('./konva'),
      svg: () => import('./svg'),
      shell: () => import('./shell'),
    }[name];
    engine = await (await adapter()).open(host, scene);
    engine.show(viewAt('zoom', 0));
    await untilSharp();
    return performance.now() - began;
  },

  /** Moves the view once a frame. The CPU of these frames is read by the driver; here only how long they took. */
  async move(kind: 'pan' | 'zoom'): Promise<number[]> {
    const frames: number[] = [];
    let last = 0;
    const began = performance.now();
    for (let i = 0; i < FRAMES; i++) {
      await frame();
      const now = performance.now();
      if (now - began > MOVE_MS) break;
      if (last > 0) frames.push(now - last);
      last = now;
      engine.show(viewAt(kind, i / FRAMES));
    }
    await painted();
    return frames;
  },

  /** From the last change of the view to a picture painted for it, for five ways there. */
  async crisp(): Promise<number[]> {
    const ways = [
      ['pan', 0, 0.5],
      ['pan', 0.5, 0.53],
      ['zoom', 0.1, 0.3],
      ['zoom', 0.5, 0.4],
      ['zoom', 0.3, 0],
    ] as const;
    const times = new Quickest();
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, [kind, from, to]] of ways.entries()) {
        engine.show(viewAt(kind, from));
        await untilSharp();
        await rest(150);
        for (let step = 1; step <= 5; step++) {
          await frame();
          engine.show(viewAt(kind, from + ((to - from) * step) / 5));
        }
        const began = performance.now();
        await untilSharp();
        times.took(i, performance.now() - began);
      }
    }
    return times.times;
  },

  async presses(): Promise<{ hit: number[]; select: number[] }> {
    const view = viewAt('zoom', 0.3);
    engine.show(view);
    await untilSharp();
    await rest(300);
    const { right, bottom } = engine.target.getBoundingClientRect();
    const places = scene
      .map(({ centre: [x, y] }) => [x * view.scale + view.x, y * view.scale + view.y] as const)
      .filter(([x, y]) => x > 20 && y > 20 && x < right - 20 && y < bottom - 20);
    const count = Math.min(PRESSES, places.length);
    const [hit, select] = [new Quickest(), new Quickest()];
    const until = performance.now() + PRESSES_MS;
    for (let round = 0; round < ROUNDS; round++) {
      for (let i = 0; i < count && performance.now() < until; i++) {
        const [x, y] = places[Math.floor((i * places.length) / count)]!;
        hit.time(i, () => engine.hit(x, y));
        const before = engine.selected();
        const target = document.elementFromPoint(x, y)?.closest('svg > *') ?? engine.target;
        await rest(60);
        const pressed = performance.now();
        for (const type of ['pointerdown', 'pointerup']) {
          target.dispatchEvent(
            new PointerEvent(type, { clientX: x, clientY: y, pointerId: 1, pointerType: 'touch', bubbles: true }),
          );
        }
        if (engine.selected() === before) continue;
        await painted();
        select.took(i, performance.now() - pressed);
      }
    }
    return { hit: hit.times, select: select.times };
  },

  /** Time of script for each point (the move and the frame that paints it), and for lifting the brush. */
  async brush(): Promise<{ point: number[]; end: number[] }> {
    const original = window.requestAnimationFrame;
    let spent = 0;
    window.requestAnimationFrame = (run) =>
      original.call(window, (now) => {
        const began = performance.now();
        run(now);
        spent += performance.now() - began;
      });
    const brush = engine.brush!;
    useBrush();
    const [point, end] = [new Quickest(), new Quickest()];
    const way = stroke(0, STROKE_POINTS);
    for (let round = 0; round < ROUNDS; round++) {
      brush.down(...way[0]!);
      await new Promise((done) => original.call(window, done));
      for (const [i, place] of way.slice(1).entries()) {
        spent = 0;
        const began = performance.now();
        brush.move(...place);
        const moved = performance.now() - began;
        await new Promise((done) => original.call(window, done));
        point.took(i, moved + spent);
      }
      end.time(0, () => brush.up());
      await rest(100);
      brush.undo();
      await rest(100);
    }
    window.requestAnimationFrame = original;
    return { point: point.times, end: end.times };
  },

  /** Paints so many strokes into one mask and tells how large the history is in the form in which it is kept. */
  async undo(steps: number): Promise<{ bytes: number; undo: number[] }> {
    const { editor } = engine as Ours;
    useBrush();
    const brush = engine.brush!;
    for (let k = 0; k < steps; k++) {
      const way = stroke(k, 24);
      brush.down(...way[0]!);
      for (const place of way.slice(1)) brush.move(...place);
      brush.up();
      await frame();
    }
    const bytes = new TextEncoder().encode(JSON.stringify(editor.serializeHistory())).length;
    const undo: number[] = [];
    for (let k = 0; k < 20; k++) {
      const began = performance.now();
      editor.undo();
      undo.push(performance.now() - began);
      await frame();
    }
    return { bytes, undo };
  },

  /** Heap without what can be thrown away is read by the driver before and after this. */
  async forget(): Promise<void> {
    const { editor } = engine as Ours;
    editor.setAnnotations(editor.getAnnotations());
  },
};

function useBrush(): void {
  engine.show(viewAt('zoom', 0.2));
  if (!('editor' in engine)) return;
  const { editor } = engine as Ours;
  editor.setTool('brush');
  editor.setBrush({ radius_px: BRUSH_RADIUS_PX });
}

/** A winding way of presses on the screen, about 14 image pixels apart as a quick hand at 60 Hz. */
function stroke(seed: number, points: number): [number, number][] {
  const random = seeded(seed + 1);
  const { scale, x, y } = viewAt('zoom', 0.2);
  let [px, py, turn] = [WIDTH * (0.35 + 0.2 * random()), HEIGHT * (0.45 + 0.2 * random()), 6 * random()];
  return Array.from({ length: points }, (_, i) => {
    turn += Math.sin(i / 9) * 0.25;
    px += Math.cos(turn) * 14;
    py += Math.sin(turn) * 14;
    return [px * scale + x, py * scale + y];
  });
}

type Asked = (...given: unknown[]) => Promise<unknown>;

/** Answers on the console: there the driver can stop waiting for an engine that never comes to an end. */
function ask(name: keyof typeof bench, ...given: unknown[]): void {
  const run = bench[name] as Asked;
  run(...given).then(
    (answer) => console.info(JSON.stringify({ answer: answer ?? null })),
    (fault: unknown) => console.info(JSON.stringify({ fault: String(fault) })),
  );
}

Object.assign(window, { ask });
