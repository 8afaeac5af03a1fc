/**
 * Keys by name. A chord is what a person reads on a key: "B", "Shift+S", "Mod+Z" (Ctrl, or Cmd), "+", "[". Letters are
 * those on the keycaps where they are Latin, else those of the same place on a Latin keyboard.
 */
export type Chord = string;

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Signs that some layouts make with Shift: there Shift is a part of the sign. */
const SIGNS = '+-?/.,';
const BRACKETS: Readonly<Record<string, string>> = { BracketLeft: '[', BracketRight: ']' };

/** Null for a modifier alone. */
export function chordOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): Chord | null {
  if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process'].includes(key)) return null;
  const sign = key === '=' ? '+' : key;
  const isSign = SIGNS.includes(sign) && !altKey;
  const name = isSign
    ? sign
    : /^[a-z]$/i.test(key)
      ? key.toUpperCase()
      : (/^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1] ?? BRACKETS[code] ?? key);
  const mod = ctrlKey || metaKey ? 'Mod+' : '';
  return `${mod}${altKey ? 'Alt+' : ''}${shiftKey && !isSign ? 'Shift+' : ''}${name}`;
}

/** A single character needs no other key, so speech and shaky hands press it by accident (WCAG 2.1.4). */
export const isCharacter = (chord: Chord): boolean => /^(?:Shift\+)?.$/.test(chord);
