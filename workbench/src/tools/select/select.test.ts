import { expect, it } from 'vitest';
import type { Annotation, PolygonAnnotation } from '../../model/annotation';
import { Hands } from '../testing/hands';

const BOXES: Annotation[] = [
  { id: '1', kind: 'box', label: 'car', box: [100, 100, 400, 400] },
  { id: '2', kind: 'box', label: 'car', box: [200, 200, 100, 100] },
];

const hands = (annotations = BOXES) => new Hands('select', { annotations });

it('a tap takes the smallest shape, the next tap the one below', () => {
  const h = hands().tap([230, 270]);
  expect(h.session.selection).toEqual(['2']);
  h.tap([230, 270]);
  expect(h.session.selection).toEqual(['1']);
  h.tap([230, 270]);
  expect(h.session.selection).toEqual(['2']);
});

it('of shapes with one middle each can be had by tapping there', () => {
  const h = hands([BOXES[0]!, { ...BOXES[1]!, box: [250, 250, 100, 100] } as Annotation]);
  const chosen = [1, 2, 3].map(() => h.tap([300, 300]).session.selection[0]);
  expect(chosen).toEqual(['2', '1', '2']);
});

it('a tap on a grip keeps what is selected', () => {
  const h = hands().tap([230, 270]).tap([200, 200]);
  expect(h.session.selection).toEqual(['2']);
  h.tap([205, 298]);
  expect(h.session.selection).toEqual(['2']);
});

it('a tap beside everything selects nothing', () => {
  expect(hands().tap([250, 250], [900, 700]).session.selection).toEqual([]);
});

it('a drag moves the image, not a shape that was not selected', () => {
  const h = hands().drag([230, 270], [260, 310]);
  expect(h.pan).toEqual([30, 40]);
  expect(h.annotations).toEqual(BOXES);
});

it('a drag moves the selected shape', () => {
  const h = hands().tap([230, 270]).drag([230, 270], [260, 310]);
  expect(h.session.find('2')).toMatchObject({ box: [230, 240, 100, 100] });
  expect(h.pan).toEqual([0, 0]);
});

it('hidden shapes are not found', () => {
  const h = hands();
  h.session.setHidden(['2']);
  expect(h.tap([230, 270]).session.selection).toEqual(['1']);
});

it('nothing moves in a read-only session', () => {
  const h = new Hands('select', { annotations: BOXES, readOnly: true }).tap([230, 270]).drag([230, 270], [260, 310]);
  expect(h.annotations).toEqual(BOXES);
  expect(h.session.tools().map(({ name }) => name)).toEqual(['select', 'hand']);
});

const TRIANGLE: PolygonAnnotation = {
  id: '1',
  kind: 'polygon',
  label: 'car',
  polygon: [
    [
      [100, 100],
      [500, 100],
      [500, 500],
    ],
  ],
};

it('a double tap on the outline makes a vertex there', () => {
  const h = hands([TRIANGLE]).tap([400, 200]).doubleTap([350, 102]);
  expect((h.annotations[0] as PolygonAnnotation).polygon[0]).toEqual([
    [100, 100],
    [350, 100],
    [500, 100],
    [500, 500],
  ]);
});

it('the grip in the middle of an edge becomes a vertex when it is dragged', () => {
  const h = hands([TRIANGLE]).tap([400, 200]).drag([300, 100], [300, 40]);
  expect((h.annotations[0] as PolygonAnnotation).polygon[0]).toEqual([
    [100, 100],
    [300, 40],
    [500, 100],
    [500, 500],
  ]);
});

it('a double tap on a vertex removes it', () => {
  const h = hands([{ ...TRIANGLE, polygon: [[...TRIANGLE.polygon[0]!, [100, 500]]] }]);
  h.tap([400, 200]).doubleTap([100, 500]);
  expect((h.annotations[0] as PolygonAnnotation).polygon).toEqual(TRIANGLE.polygon);
});
