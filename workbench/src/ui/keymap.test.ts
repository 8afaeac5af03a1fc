import { afterEach, expect, it } from 'vitest';
import { commandOf, FIRST_KEYS, heard, keyOf, ownKeys } from './keymap';

const press = (key: string) => ({
  key,
  code: `Key${key.toUpperCase()}`,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
});
const COMMANDS = { skip: 'S', guideline: 'G' };

afterEach(() => {
  ownKeys.value = FIRST_KEYS;
});

it('a key means what it means at first, until the person chooses', () => {
  expect(commandOf(press('s'), COMMANDS)).toBe('skip');
  ownKeys.value = { own: { skip: 'W' }, characters: true };
  expect(commandOf(press('w'), COMMANDS)).toBe('skip');
  expect(commandOf(press('s'), COMMANDS)).toBeNull();
  expect(keyOf('skip', 'S')).toBe('W');
});

it('switched off, no single character is a command', () => {
  ownKeys.value = { own: { guideline: 'Alt+G' }, characters: false };
  expect(commandOf(press('s'), COMMANDS)).toBeNull();
  expect(commandOf({ ...press('g'), altKey: true }, COMMANDS)).toBe('guideline');
  expect([heard('1'), heard('Enter'), heard('Mod+Z')]).toEqual([false, true, true]);
});
