import { afterEach, expect, it } from 'vitest';
import { FIRST_KEYS, ownKeys } from './keymap';
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
