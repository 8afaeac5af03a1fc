import { expect, test } from 'vitest';
import { filterOf, isPlain, keptLook, PLAIN, withLook } from './look';

const picture = (name: string, signature = '') => ({
  width: 10,
  height: 10,
  sources: [{ url: `/i/lease/${name}/640.avif${signature}`, width: 640, type: 'image/avif' as const }],
});
const dark = { ...PLAIN, brightness: 150 };

test('an image as it is has no filter', () => {
  expect(filterOf(PLAIN)).toBe('');
  expect(isPlain(PLAIN)).toBe(true);
});

test('what is adjusted becomes a filter, in a fixed order', () => {
  expect(filterOf({ brightness: 150, contrast: 80, saturation: 0, inverted: true })).toBe(
    'brightness(150%) contrast(80%) saturate(0%) invert(1)',
  );
});

test('a look belongs to its image, whatever signs the address', () => {
  const kept = withLook(null, picture('one', '?s=1'), dark);
  expect(keptLook(kept, picture('one', '?s=2'))).toEqual(dark);
  expect(keptLook(kept, picture('two'))).toEqual(PLAIN);
});

test('an image as it is again is not kept, and of many the last twenty are', () => {
  expect(withLook(withLook(null, picture('one'), dark), picture('one'), PLAIN)).toBeNull();
  let kept: string | null = null;
  for (let i = 0; i < 21; i++) kept = withLook(kept, picture(`i${i}`), dark);
  expect(keptLook(kept, picture('i0'))).toEqual(PLAIN);
  expect(keptLook(kept, picture('i1'))).toEqual(dark);
});

test('a note that cannot be read is no look', () => {
  for (const broken of ['', '{', '{"a":1}', 'null']) expect(keptLook(broken, picture('one'))).toEqual(PLAIN);
});
