import { afterEach, expect, it, vi } from 'vitest';
import type { FromAssist, ToAssist } from './assist-worker';
import { LocalAssist } from './local-assist';

/** Workers of this test, in the order in which they were made; none runs by itself. */
const made: FakeWorker[] = [];

class FakeWorker {
  readonly told: ToAssist[] = [];
  isOver = false;
  onmessage: ((event: { data: FromAssist }) => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    made.push(this);
  }
  postMessage(message: ToAssist): void {
    this.told.push(message);
  }
  terminate(): void {
    this.isOver = true;
  }
}

class FakeCanvas {
  getContext() {
    return { drawImage: () => {}, getImageData: () => ({ data: new Uint8ClampedArray(4) }) };
  }
}

afterEach(() => vi.unstubAllGlobals());

it('a worker that failed answers what waits with a refusal, and the next question gets another one with the picture', async () => {
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('OffscreenCanvas', FakeCanvas);
  const picture = { width: 10, height: 10 } as HTMLCanvasElement;
  const assist = new LocalAssist({ width: 10, height: 10 }, () => picture);
  const first = assist.way({ from: [0, 0], to: [5, 5] });
  made[0]!.onerror!();
  await expect(first).rejects.toThrow('no way');
  expect(made[0]!.isOver).toBe(true);

  const second = assist.way({ from: [0, 0], to: [5, 5] });
  expect(made[1]!.told.map((message) => message.do)).toEqual(['picture', 'way']);
  const { serial } = made[1]!.told[1] as { serial: number };
  made[1]!.onmessage!({
    data: {
      serial,
      way: [
        [0, 0],
        [5, 5],
      ],
    },
  });
  await expect(second).resolves.toMatchObject({
    by: 'livewire',
    way: [
      [0, 0],
      [5, 5],
    ],
  });
});
