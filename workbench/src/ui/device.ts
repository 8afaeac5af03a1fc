/** What a person has chosen for this device, whoever signs in on it, and whether the panel of these choices is open. */
import { signal } from '@preact/signals';

/** `hand`: left; `data`: low or full; `screen`: when the test card was read; `pressure`: a pen's, on; `tint`: percent. */
export type Choice = 'hand' | 'data' | 'screen' | 'pressure' | 'tint';

export const placeOf = (choice: Choice): string => `tagwork.${choice}`;

/** Null also where it is forbidden to keep anything. */
function read(store: 'localStorage' | 'sessionStorage', key: string): string | null {
  try {
    return globalThis[store].getItem(key);
  } catch {
    return null;
  }
}

export const chosen = (choice: Choice): string | null => read('localStorage', placeOf(choice));

/** Until somebody chooses, what the browser was told holds: "Save data" of a phone. */
const savesData = (): boolean =>
  !!(globalThis.navigator as { connection?: { saveData?: boolean } } | undefined)?.connection?.saveData;

/** Images in the size of the page and no larger, and none ahead of time. */
export const lowData = signal((chosen('data') ?? (savesData() ? 'low' : '')) === 'low');

/** The page that shows what a screen must show, and leads back here. */
export const screenTest = (): string => `/screen-test/?back=${encodeURIComponent(location.pathname)}`;

export const LOOKS_KEY = 'tagwork.looks';

export const storedLooks = (): string | null => read('sessionStorage', LOOKS_KEY);

/** Null until it is wanted: its code comes then. An image that was adjusted before a reload wants it at once. */
export const looking = signal<boolean | null>(storedLooks() === null ? null : false);

export function turnLook(): void {
  looking.value = !looking.value;
}
