import { afterEach, expect, it } from 'vitest';
import { EDITOR_KEYS } from '../tools/commands';
import { toolbox } from '../tools/toolbox';
import { FIRST_KEYS, ownKeys } from './keymap';
import { PAGE_KEYS } from './keys';
import { refusal } from './keys-sheet';

const ALL = { skip: 'S', nothing: 'N', another: 'N', 'tool.brush': 'B' };

afterEach(() => {
  ownKeys.value = FIRST_KEYS;
});

it('a free key is taken, one in use is refused with the name of its use', () => {
  expect(refusal('W', 'skip', ALL)).toBeNull();
  expect(refusal('B', 'skip', ALL)).toContain('Brush');
});

it('what counts is the key a command has now', () => {
  ownKeys.value = { own: { 'tool.brush': 'W' }, characters: true };
  expect(refusal('B', 'skip', ALL)).toBeNull();
  expect(refusal('W', 'skip', ALL)).toContain('Brush');
});

it('two commands that are never possible together may share a key', () => {
  ownKeys.value = { own: { another: 'W' }, characters: true };
  expect(refusal('N', 'another', ALL)).toBeNull();
});

it.each(['Enter', 'Escape', 'Tab', ' ', 'ArrowLeft', 'Delete', '1', 'Shift+2', 'Mod+S', 'F5'])(
  '%s is nobody’s',
  (chord) => {
    expect(refusal(chord, 'skip', ALL)).not.toBeNull();
  },
);

it('at first no two commands have one key, but for those that are never possible together', () => {
  const tools = toolbox().map(({ name, key }) => [name, key] as const);
  const all = [...Object.entries(PAGE_KEYS), ...Object.entries(EDITOR_KEYS), ...tools];
  const twice = all.filter(([name, key]) => all.some(([other, same]) => other !== name && same === key));
  expect(twice.map(([name]) => name)).toEqual(['nothing', 'another']);
});
