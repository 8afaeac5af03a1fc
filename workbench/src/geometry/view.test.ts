import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imagePoint, rounded, screenPoint } from './points';
import {
  centre,
  clampView,
  fitView,
  keptFactor,
  MAX_SCALE,
  pinched,
  resized,
  toImage,
  toScreen,
  type View,
  viewOf,
  zoomAt,
} from './view';

const IMAGE = { width: 4000, height: 3000 };
const PHONE = { width: 412, height: 600 };

const views = fc.record({
  scale: fc.double({ min: 0.02, max: 32, noNaN: true }),
  x: fc.double({ min: -100_000, max: 2000, noNaN: true }),
  y: fc.double({ min: -100_000, max: 2000, noNaN: true }),
});
const screens = fc
  .tuple(fc.integer({ min: 0, max: 412 }), fc.integer({ min: 0, max: 600 }))
  .map(([x, y]) => screenPoint(x, y));

it('a place on the image is the same at any zoom', () => {
  fc.assert(
    fc.property(views, fc.integer({ min: 0, max: 400_000 }), fc.integer({ min: 0, max: 300_000 }), (view, x, y) => {
      const back = toImage(view, toScreen(view, imagePoint(x / 100, y / 100)));
      expect([rounded(back[0]), rounded(back[1])]).toEqual([x / 100, y / 100]);
    }),
  );
});

it('zooming keeps what is under the pointer under it', () => {
  fc.assert(
    fc.property(views, screens, fc.double({ min: 0.2, max: 5, noNaN: true }), (view, at, factor) => {
      const before = toImage(view, at);
      const after = toScreen(zoomAt(view, at, factor), before);
      expect(Math.hypot(after[0] - at[0], after[1] - at[1])).toBeLessThan(1e-6);
    }),
  );
});

it('pinching keeps both places under both fingers when the fingers do not turn', () => {
  const view: View = { scale: 0.5, x: -200, y: -100 };
  const before = [screenPoint(100, 200), screenPoint(200, 300)] as const;
  const after = [screenPoint(80, 240), screenPoint(280, 440)] as const;
  const next = pinched(view, before, after);
  expect(next.scale).toBeCloseTo(1, 10);
  before.forEach((finger, i) => {
    const now = toScreen(next, toImage(view, finger));
    expect(now[0]).toBeCloseTo(after[i]![0], 6);
    expect(now[1]).toBeCloseTo(after[i]![1], 6);
  });
});

it('at the limits of the scale a pinch that opens or closes further moves nothing', () => {
  const before = [screenPoint(100, 200), screenPoint(200, 300)] as const;
  const wider = [screenPoint(50, 150), screenPoint(250, 350)] as const;
  for (const [scale, from, to] of [
    [MAX_SCALE, before, wider],
    // Half the fit of (412 - 32) / 4000.
    [0.0475, wider, before],
  ] as const) {
    const view: View = { scale, x: 20, y: 30 };
    const next = pinched(view, from, to, (factor) => keptFactor(view, factor, IMAGE, PHONE));
    expect(next.scale).toBeCloseTo(scale, 10);
    expect([next.x, next.y]).toEqual([expect.closeTo(20, 6), expect.closeTo(30, 6)]);
  }
});

describe('the image is never lost', () => {
  it('whatever is panned and zoomed, the middle of the screen lies on the image', () => {
    fc.assert(
      fc.property(views, (view) => {
        const clamped = clampView(view, IMAGE, PHONE);
        const [x, y] = toImage(clamped, centre(PHONE));
        expect(x).toBeGreaterThanOrEqual(-1e-6);
        expect(y).toBeGreaterThanOrEqual(-1e-6);
        expect(x).toBeLessThanOrEqual(IMAGE.width + 1e-6);
        expect(y).toBeLessThanOrEqual(IMAGE.height + 1e-6);
        expect(clamped.scale).toBeLessThanOrEqual(MAX_SCALE);
      }),
    );
  });

  it('the fit shows the whole image with a margin of 16 px', () => {
    const view = fitView(IMAGE, PHONE);
    expect(view.scale).toBeCloseTo((412 - 32) / 4000, 10);
    expect(toScreen(view, [0, 0])[0]).toBeCloseTo(16, 10);
    expect(toScreen(view, [0, 1500])[1]).toBeCloseTo(300, 10);
    expect(clampView(view, IMAGE, PHONE)).toEqual(view);
  });

  it('keeps off what lies below, smaller only for what is always there', () => {
    // As wide as the phone: 1000 x 500 at 0.38 is 190 high, and there are 600.
    const wide = { width: 1000, height: 500 };
    expect(fitView(wide, PHONE, { always_px: 56, spare_px: 112 })).toEqual(fitView(wide, PHONE));
    // 380 high: in the middle it would end 110 above the border.
    const square = { width: 1000, height: 1000 };
    expect(fitView(square, PHONE, { always_px: 56, spare_px: 112 })).toEqual({ scale: 0.38, x: 16, y: 108 });
    // 16 above and 56 below leave 528: nothing is to spare.
    const tall = { width: 528, height: 1056 };
    expect(fitView(tall, PHONE, { always_px: 56, spare_px: 112 })).toEqual({ scale: 0.5, x: 74, y: 16 });
  });

  it('a tiny image is not blown up beyond the largest scale', () => {
    expect(fitView({ width: 4, height: 4 }, PHONE).scale).toBe(MAX_SCALE);
  });
});

it('showing an object puts it in the middle', () => {
  const view = viewOf([1000, 1000, 1100, 1050], IMAGE, PHONE);
  const middle = toScreen(view, [1050, 1025]);
  expect(middle[0]).toBeCloseTo(206, 6);
  expect(middle[1]).toBeCloseTo(300, 6);
});

it('turning the phone keeps the same place in the middle', () => {
  const view: View = { scale: 1, x: -500, y: -400 };
  const turned = { width: 823, height: 300 };
  expect(toImage(resized(view, PHONE, turned), centre(turned))).toEqual(toImage(view, centre(PHONE)));
});
