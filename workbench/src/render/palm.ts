/**
 * What a finger means beside a pen, decided from what is known and not from events. A hand that writes rests on the
 * glass: its touches come a little before, with and a little after the pen. Fingers that come later move the view, as
 * long as the pen is about; then they draw again, because the pen may have been put away for good.
 */

/** A touch so soon after the pen is the hand that held it. */
const PALM_MS = 600;
/** Seen within this time the pen is about. */
const ABOUT_MS = 30_000;

export type TouchMeaning = 'draws' | 'pans' | 'palm';

export interface PenSighting {
  /** The pen touches the glass. */
  readonly isDown: boolean;
  /** When it last touched or hovered, in milliseconds since any fixed start; null for never. */
  readonly seenAt: number | null;
}

/** @param now when the finger came down, by the clock of `seenAt` */
export function touchMeaning({ isDown, seenAt }: PenSighting, now: number): TouchMeaning {
  if (isDown) return 'palm';
  if (seenAt === null || now - seenAt > ABOUT_MS) return 'draws';
  return now - seenAt <= PALM_MS ? 'palm' : 'pans';
}

/** The tail of a pen, or the button at its side (Pointer Events 3, 10.1: button 5 and 2 of a pen). */
const ERASER = 32;
const BARREL = 2;

export const penErases = (buttons: number): boolean => (buttons & (ERASER | BARREL)) !== 0;

/** Of the brush's radius at no pressure at all; it grows in a straight line to the whole of it. */
const LIGHTEST = 0.2;

/** @param pressure 0 to 1 @returns the share of the brush's radius that is painted */
export const pressureShare = (pressure: number): number =>
  LIGHTEST + (1 - LIGHTEST) * Math.min(1, Math.max(0, pressure));
