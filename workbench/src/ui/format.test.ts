import { expect, test } from 'vitest';
import { dollars, dollarsPerThousand, duration, percent } from './format';

test.each([
  [2_000, '$0.002'],
  [6_000, '$0.006'],
  [2_000_000, '$2.00'],
  [500_000, '$0.50'],
  [1_234_567, '$1.234567'],
  [0, '$0.00'],
  [1_234_500_000, '$1,234.50'],
  [-6_000, '−$0.006'],
])('%i micro-dollars are %s', (micros, text) => {
  expect(dollars(micros)).toBe(text);
});

test('a price per task becomes a price per thousand', () => {
  expect(dollarsPerThousand(2_000)).toBe('$2.00');
});

test('a share below the pass mark never rounds up to it', () => {
  expect(percent(0.6999)).toBe('69%');
  expect(percent(0.7)).toBe('70%');
  expect(percent(0.29)).toBe('29%');
  expect(percent(1)).toBe('100%');
});

test('durations are spoken in minutes and seconds', () => {
  expect([100, 60, 40, 0, -3].map(duration)).toEqual(['1 min 40 s', '1 min', '40 s', '0 s', '0 s']);
});
