import { expect, test } from 'vitest';
import { zoomed } from './photo-view';

const place = { width: 400, height: 600 };
const whole = { scale: 1, x: 0, y: 0 };

test('zooming keeps the point under the pointer where it is', () => {
  // The point 100 right and 50 above the centre stays: x = 100 - 100 * 2, y = -50 + 50 * 2.
  expect(zoomed(whole, 2, [100, -50], place)).toEqual({ scale: 2, x: -100, y: 50 });
});

test('it never goes below the whole image nor beyond eight times', () => {
  expect(zoomed(whole, 0.1, [0, 0], place)).toEqual(whole);
  expect(zoomed(whole, 100, [0, 0], place).scale).toBe(8);
});

test('the image cannot be lost at the side', () => {
  const { x } = zoomed({ scale: 4, x: -600, y: 0 }, 0.5, [200, 0], place);
  expect(x).toBe(-200);
});
