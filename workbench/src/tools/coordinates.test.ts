/** What is drawn is the same at any zoom, on any device: a gesture is made of places of the image, however they are shown. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { imagePoint } from '../geometry/points';
import { toImage, toScreen } from '../geometry/view';
import type { Annotation } from '../model/annotation';
import { type At, Hands } from './testing/hands';

const views = fc.record({
  scale: fc.double({ min: 0.1, max: 32, noNaN: true }),
  x: fc.double({ min: -20_000, max: 500, noNaN: true }),
  y: fc.double({ min: -20_000, max: 500, noNaN: true }),
});
/** Hundredths of a pixel: the grain in which answers travel. */
const grain = (most: number) => fc.integer({ min: 0, max: most * 100 }).map((n) => n / 100);
const places = fc.tuple(grain(1000), grain(800)).map(([x, y]): At => [x, y]);

/** Draws by way of the screen: each place is shown, pressed there, and taken back to the image. */
function drawn(tool: string, way: readonly At[], view: { scale: number; x: number; y: number }): readonly Annotation[] {
  const hands = new Hands(tool);
  hands.session.scale = view.scale;
  if (tool === 'brush') hands.session.setBrush({ radius_px: 12 });
  const [first, ...rest] = way.map(([x, y]): At => toImage(view, toScreen(view, imagePoint(x, y))));
  if (tool === 'polygon' || tool === 'point') hands.tap(first!, ...rest);
  else hands.drag(first!, ...rest);
  if (tool === 'polygon') hands.session.key('Enter');
  return hands.annotations;
}

it('a box has the same corners at any zoom', () => {
  fc.assert(
    // Far enough apart to be a drag at the smallest scale.
    fc.property(views, grain(400), grain(300), grain(400), grain(300), (view, x, y, width, height) => {
      const way: At[] = [
        [x, y],
        [x + 100 + width, y + 100 + height],
      ];
      expect(drawn('box', way, view)).toEqual(drawn('box', way, { scale: 1, x: 0, y: 0 }));
    }),
  );
});

it('a point is where it was put, at any zoom', () => {
  fc.assert(
    fc.property(views, places, (view, at) => {
      expect(drawn('point', [at], view)).toMatchObject([{ kind: 'point', point: [...at] }]);
    }),
  );
});

it('a polygon has the vertices that were tapped, at any zoom', () => {
  const way: At[] = [
    [100.25, 100.5],
    [800.75, 120.01],
    [620.5, 700.99],
    [130.33, 640.67],
  ];
  fc.assert(
    fc.property(views, (view) => {
      expect(drawn('polygon', way, view)).toMatchObject([{ kind: 'polygon', polygon: [way] }]);
    }),
  );
});

it('a stroke of the brush covers the same pixels at any zoom', () => {
  fc.assert(
    fc.property(views, fc.array(places, { minLength: 2, maxLength: 6 }), (view, way) => {
      // A little off the grain, so that rounding never decides on which side of a border a pixel's middle lies.
      const off = way.map(([x, y]): At => [x + 0.0013, y + 0.0017]);
      expect(drawn('brush', off, view)).toEqual(drawn('brush', off, { scale: 1, x: 0, y: 0 }));
    }),
    { numRuns: 40 },
  );
});
