import type { Chord } from './chord';

/** What can be done to the view and the marks by one key; tools bring their own. */
export const EDITOR_KEYS = {
  zoom_in: '+',
  zoom_out: '-',
  fit: 'F',
  pixels: 'Shift+F',
  zoom_selected: 'Z',
  next_part: 'Shift+Z',
  another: 'N',
  find: '/',
  brush_smaller: '[',
  brush_larger: ']',
  brush_square: 'Shift+Q',
  brush_mode: 'Shift+E',
  hide: 'W',
  isolate: 'I',
  lock: 'C',
  copy: 'Mod+C',
  paste: 'Mod+V',
  peek: 'Q',
  outlines: 'M',
  forward: 'Shift+]',
  backward: 'Shift+[',
  accept: 'A',
  accept_all: 'Shift+A',
  reject: 'T',
} as const satisfies Record<string, Chord>;

export type EditorCommand = keyof typeof EDITOR_KEYS;
