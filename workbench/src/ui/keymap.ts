/** The keys a person has chosen in place of the first ones, for this account on this device. */
import { signal } from '@preact/signals';
import { type Chord, chordOf, isCharacter, type KeyPress } from '../tools/chord';

export interface OwnKeys {
  /** By command. */
  readonly own: Readonly<Record<string, Chord>>;
  /** Whether single letters, digits and signs are commands at all. */
  readonly characters: boolean;
}

export const FIRST_KEYS: OwnKeys = { own: {}, characters: true };
export const ownKeys = signal(FIRST_KEYS);

let place = 'tagwork.keys';

export function followKeys(account: string): void {
  place = `tagwork.keys.${account}`;
  const read = () => {
    try {
      ownKeys.value = { ...FIRST_KEYS, ...JSON.parse(localStorage.getItem(place) ?? '{}') };
    } catch {
      // Unreadable or forbidden: the first keys are always known.
    }
  };
  read();
  window.addEventListener('storage', read);
}

export function keepKeys(next: OwnKeys): void {
  ownKeys.value = next;
  try {
    localStorage.setItem(place, JSON.stringify(next));
  } catch {
    // They hold until the page is left.
  }
}

export const keyOf = (command: string, first: Chord): Chord => ownKeys.value.own[command] ?? first;

/** Whether a key may mean something, or is a character while those are switched off. */
export const heard = (chord: Chord): boolean => ownKeys.value.characters || !isCharacter(chord);

/** The command whose key was pressed; `commands` are theirs at first. */
export function commandOf<Name extends string>(event: KeyPress, commands: Readonly<Record<Name, Chord>>): Name | null {
  const chord = chordOf(event);
  if (chord === null || !heard(chord)) return null;
  return (Object.keys(commands) as Name[]).find((name) => keyOf(name, commands[name]) === chord) ?? null;
}
