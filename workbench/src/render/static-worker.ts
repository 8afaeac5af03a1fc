/** Paints the static layer away from the main thread; answers each frame with a bitmap to swap in. */
import { type Frame, StaticScene, type StaticShape } from './static-scene';

export type ToWorker =
  | { readonly do: 'patch'; readonly put: readonly StaticShape[]; readonly remove: readonly string[] }
  | { readonly do: 'clear' }
  | { readonly do: 'paint'; readonly frame: Frame };

export type FromWorker =
  | { readonly did: 'paint'; readonly frame: Frame; readonly bitmap: ImageBitmap }
  | { readonly did: 'fail' };

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
};

const scene = new StaticScene();
let canvas: OffscreenCanvas | null = null;

scope.onmessage = ({ data: message }) => {
  if (message.do === 'patch') {
    scene.patch(message.put, message.remove);
  } else if (message.do === 'clear') {
    scene.clear();
  } else {
    const { frame } = message;
    const width = Math.max(1, Math.round(frame.width * (1 + 2 * frame.margin) * frame.density));
    const height = Math.max(1, Math.round(frame.height * (1 + 2 * frame.margin) * frame.density));
    if (canvas === null || canvas.width !== width || canvas.height !== height)
      canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (context === null) {
      scope.postMessage({ did: 'fail' });
      return;
    }
    scene.paint(context, frame);
    const bitmap = canvas.transferToImageBitmap();
    scope.postMessage({ did: 'paint', frame, bitmap }, [bitmap]);
  }
};
