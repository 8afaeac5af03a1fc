import { toChildArray, type VNode } from 'preact';
import { expect, it } from 'vitest';
import type { LabelSchema } from '../model/schema';
import { Answer } from './answer';
import { FinishBar } from './finish-bar';
import { drawOn } from './testing/drawing';

const schema: LabelSchema = {
  labels: [
    { name: 'leaf', kinds: ['polygon'] },
    { name: 'lane', kinds: ['polyline'] },
    { name: 'pose', kinds: ['skeleton'], keypoints: ['head', 'hand', 'foot'] },
  ],
};

interface Button {
  readonly label: string;
  readonly keys: string;
  readonly onClick: () => void;
}

function scene(tool: string, label: string) {
  const answer = new Answer(schema, { width: 1000, height: 800, sources: [] });
  const hands = drawOn(answer, tool);
  hands.session.setLabel(label);
  const buttons = () => toChildArray(FinishBar({ answer }).props.children).map((each) => (each as VNode<Button>).props);
  const names = () => buttons().map((button) => button.label);
  const press = (name: string) =>
    buttons()
      .find((button) => button.label === name)!
      .onClick();
  return { answer, hands, names, press };
}

it('an outline can be finished by a button as soon as it could be by Enter, and the button goes with it', () => {
  const { answer, hands, names, press } = scene('polygon', 'leaf');
  expect(names()).toEqual([]);
  hands.tap([100, 100], [300, 100]);
  expect(names()).toEqual([]);
  hands.tap([300, 300]);
  expect(names()).toEqual(['Finish this mark']);
  press('Finish this mark');
  expect(answer.drawn.value).toMatchObject([{ kind: 'polygon', label: 'leaf' }]);
  expect(names()).toEqual([]);
});

it('undo takes the button away with the point that it needs', () => {
  const { hands, names } = scene('polyline', 'lane');
  hands.tap([100, 100], [300, 100]);
  expect(names()).toEqual(['Finish this mark']);
  hands.session.undo();
  expect(names()).toEqual([]);
});

it('a finger passes over points of a skeleton, the first one too', () => {
  const { answer, hands, names, press } = scene('skeleton', 'pose');
  expect(names()).toEqual(['Not in the image']);
  press('Not in the image');
  // Without a point there is nothing to finish.
  expect(names()).toEqual(['Not in the image']);
  hands.tap([200, 200]);
  expect(names()).toEqual(['Not in the image', 'Finish this mark']);
  press('Not in the image');
  expect(answer.drawn.value).toMatchObject([{ kind: 'skeleton', skeleton: { hand: [200, 200, 2] } }]);
});

it('with a skeleton in the hand the button begins the next one, and deletes nothing', () => {
  const { answer, hands, press } = scene('skeleton', 'pose');
  hands.tap([100, 100], [110, 200], [120, 300]);
  expect(answer.selected.value).toEqual(['1']);
  press('Not in the image');
  hands.tap([510, 200], [520, 300]);
  expect(answer.drawn.value.map(({ id }) => id)).toEqual(['1', '2']);
  expect(answer.drawn.value[1]).toMatchObject({ skeleton: { hand: [510, 200, 2], foot: [520, 300, 2] } });
});
