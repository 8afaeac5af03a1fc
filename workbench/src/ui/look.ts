/**
 * How the photograph of one task is shown: for the eye only, a filter on the image's own layer. Shapes, their colours and
 * the pixels that tools read are not touched, and nothing of it is sent. Kept by image for as long as the tab lives.
 */
import type { Picture } from '../wire';
import { LOOKS_KEY } from './device';

/** Shares in percent, 100 is the image as it is. */
export interface Look {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly inverted: boolean;
}

export const PLAIN: Look = { brightness: 100, contrast: 100, saturation: 100, inverted: false };
export const SLIDERS = { brightness: [25, 300], contrast: [25, 400], saturation: [0, 300] } as const;
export type Slider = keyof typeof SLIDERS;

/** Images of which a look is kept; the oldest is forgotten first. */
const MOST_KEPT = 20;

export const isPlain = (look: Look): boolean => filterOf(look) === '';

/** A CSS filter, empty for the image as it is. */
export function filterOf({ brightness, contrast, saturation, inverted }: Look): string {
  const steps = [
    brightness !== 100 && `brightness(${brightness}%)`,
    contrast !== 100 && `contrast(${contrast}%)`,
    saturation !== 100 && `saturate(${saturation}%)`,
    inverted && 'invert(1)',
  ];
  return steps.filter(Boolean).join(' ');
}

type Kept = readonly (readonly [string, Look])[];

/** The address without what signs it: that changes with each visit. */
const nameOf = ({ sources }: Picture): string => (sources[0]?.url ?? '').split('?')[0]!;

export function keptLook(kept: string | null, picture: Picture): Look {
  const found = read(kept).find(([name]) => name === nameOf(picture));
  return found ? { ...PLAIN, ...found[1] } : PLAIN;
}

/** What to keep from now on; null when nothing is left to keep. */
export function withLook(kept: string | null, picture: Picture, look: Look): string | null {
  const name = nameOf(picture);
  const others = read(kept).filter(([other]) => other !== name);
  const all: Kept = isPlain(look) ? others : [...others, [name, look]];
  return all.length === 0 ? null : JSON.stringify(all.slice(-MOST_KEPT));
}

function read(kept: string | null): Kept {
  try {
    const found: unknown = JSON.parse(kept ?? '[]');
    return Array.isArray(found) ? (found as Kept) : [];
  } catch {
    return [];
  }
}

export function storeLooks(kept: string | null): void {
  try {
    if (kept === null) sessionStorage.removeItem(LOOKS_KEY);
    else sessionStorage.setItem(LOOKS_KEY, kept);
  } catch {
    // It holds until the page is left.
  }
}
