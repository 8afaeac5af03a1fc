import { afterEach, expect, test } from 'vitest';
import { lowData } from './device';
import { choices, fittedWidth, spared } from './picture';

afterEach(() => {
  lowData.value = false;
});

const source = (type: string, width: number) => ({ url: `${type}/${width}`, width, type: `image/${type}` });
const picture = {
  width: 4000,
  height: 3000,
  sources: [
    source('jpeg', 1080),
    source('avif', 2048),
    source('avif', 1080),
    source('webp', 1440),
    source('jpeg', 2048),
  ],
};

test('it offers the best compression first and the smallest copy that covers the screen', () => {
  expect(choices(picture, 412, 2.6).map(({ url }) => url)).toEqual(['avif/1080', 'webp/1440', 'jpeg/1080']);
  expect(choices(picture, 800, 2).map(({ url }) => url)).toEqual(['avif/2048', 'webp/1440', 'jpeg/2048']);
});

test('a very dense screen pays for no more than two pixels a point', () => {
  expect(choices(picture, 500, 4)[0]?.url).toBe('avif/1080');
});

test('an image is as wide as its place or as its height allows', () => {
  expect(fittedWidth(picture, { width: 400, height: 700 })).toBe(400);
  expect(fittedWidth(picture, { width: 1200, height: 600 })).toBe(800);
});

test('with little data it takes one pixel a point, and says how much less that is by area', () => {
  lowData.value = true;
  expect(choices(picture, 800, 2)[0]?.url).toBe('avif/1080');
  // 1080 in place of 2048 pixels wide: 0.2781 of the area.
  expect(spared(picture, 800, 2)).toBe(72);
  expect(spared(picture, 1000, 1)).toBe(0);
  expect(spared({ ...picture, sources: [] }, 800, 2)).toBe(0);
});
