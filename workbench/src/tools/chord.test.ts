import { expect, it } from 'vitest';
import { chordOf, isCharacter, type KeyPress } from './chord';

const press = (key: string, code: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

it('a letter is the one on the keycap, whatever its place', () => {
  expect(chordOf(press('q', 'KeyA'))).toBe('Q');
});

it('on a Cyrillic keyboard the place decides', () => {
  expect(chordOf(press('и', 'KeyB'))).toBe('B');
});

it('Ctrl and Cmd are the same', () => {
  expect(chordOf(press('z', 'KeyZ', { ctrlKey: true }))).toBe('Mod+Z');
  expect(chordOf(press('Z', 'KeyZ', { metaKey: true, shiftKey: true }))).toBe('Mod+Shift+Z');
});

it('a sign is the same with and without Shift, as layouts differ', () => {
  expect(chordOf(press('+', 'Equal', { shiftKey: true }))).toBe('+');
  expect(chordOf(press('=', 'Equal'))).toBe('+');
  expect(chordOf(press('+', 'BracketRight'))).toBe('+');
  expect(chordOf(press('?', 'Minus', { shiftKey: true }))).toBe('?');
});

it('brackets go by their place, which other layouts give to letters', () => {
  expect(chordOf(press('ü', 'BracketLeft'))).toBe('[');
  expect(chordOf(press('}', 'BracketRight', { shiftKey: true }))).toBe('Shift+]');
});

it('a modifier alone is no key yet', () => {
  expect(chordOf(press('Shift', 'ShiftLeft', { shiftKey: true }))).toBeNull();
});

it('tells what a voice could press by accident', () => {
  expect(['B', 'Shift+B', '?', '['].every(isCharacter)).toBe(true);
  expect(['Mod+Z', 'Alt+B', 'Enter', 'Delete'].some(isCharacter)).toBe(false);
});
