import { expect, it } from 'vitest';
import { penErases, pressureShare, touchMeaning } from './palm';

it('fingers draw where no pen was ever seen', () => {
  expect(touchMeaning({ isDown: false, seenAt: null }, 5_000)).toBe('draws');
});

it('whatever touches while the pen is down is the hand that holds it', () => {
  expect(touchMeaning({ isDown: true, seenAt: 1_000 }, 90_000)).toBe('palm');
});

it('a touch right after the pen is the palm, a later one moves the view, and long after it a finger draws again', () => {
  const seen = { isDown: false, seenAt: 10_000 };
  expect(touchMeaning(seen, 10_000)).toBe('palm');
  expect(touchMeaning(seen, 10_600)).toBe('palm');
  expect(touchMeaning(seen, 10_601)).toBe('pans');
  expect(touchMeaning(seen, 40_000)).toBe('pans');
  expect(touchMeaning(seen, 40_001)).toBe('draws');
});

it('the tail and the button at the side erase, the tip does not', () => {
  expect([1, 2, 32, 33, 3].map(penErases)).toEqual([false, true, true, true, true]);
});

it('pressure takes a fifth of the brush at least and the whole of it at most', () => {
  for (const [pressure, share] of [
    [0, 0.2],
    [0.5, 0.6],
    [1, 1],
    [2, 1],
  ] as const)
    expect(pressureShare(pressure)).toBeCloseTo(share);
});
