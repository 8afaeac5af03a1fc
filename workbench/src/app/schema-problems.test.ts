import { expect, test } from 'vitest';
import { readSchema } from './schema-problems';

const read = (value: unknown) => readSchema(JSON.stringify(value)).problems;

test('it takes the schema of the contract', () => {
  const schema = {
    labels: [
      {
        name: 'car',
        kinds: ['box'],
        color: '#0072B2',
        attributes: [
          { name: 'occluded', type: 'boolean' },
          { name: 'colour', type: 'choice', options: ['red', 'other'], required: false },
        ],
      },
    ],
    tags: [{ name: 'weather', options: ['sun', 'rain'], choose: 'one', required: true }],
    allow_nothing: true,
  };
  expect(readSchema(JSON.stringify(schema)).schema).toEqual(schema);
});

test('it says where JSON ends', () => {
  expect(readSchema('{"labels": [').problems[0]).toMatch(/not valid JSON/);
});

test.each([
  [[], ''],
  [{}, 'labels'],
  [{ labels: [{ kinds: ['box'] }] }, 'labels[0].name'],
  [
    {
      labels: [
        { name: 'a', kinds: ['box'] },
        { name: 'a', kinds: ['box'] },
      ],
    },
    'labels[1].name',
  ],
  [{ labels: [{ name: 'a', kinds: ['bix'] }] }, 'labels[0].kinds'],
  [{ labels: [{ name: 'a', kinds: ['skeleton'] }] }, 'labels[0].keypoints'],
  [{ labels: [{ name: 'a', kinds: ['box'], color: 'red' }] }, 'labels[0].color'],
  [
    { labels: [{ name: 'a', kinds: ['box'], attributes: [{ name: 'x', type: 'choice' }] }] },
    'labels[0].attributes[0].options',
  ],
  [{ tags: [{ name: 'q', options: ['a', 'a'] }] }, 'tags[0].options'],
  [{ tags: [{ name: 'q', options: ['a'], choose: 'two' }] }, 'tags[0].choose'],
])('it names the place that is wrong: %o', (value, path) => {
  expect(read(value)[0]).toContain(path);
});
