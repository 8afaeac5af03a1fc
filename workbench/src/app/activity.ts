/** Time spent by what the hands do, not by the wall clock. */

/** A pause longer than this is not work; looking closely at one image is rarely longer. */
const LONGEST_THOUGHT_MS = 20_000;

export class ActivityClock {
  #spentMs: number;
  #lastMs: number | null = null;

  constructor(startSeconds = 0) {
    this.#spentMs = startSeconds * 1000;
  }

  /** The person did something at this time. */
  touch(nowMs: number): void {
    if (this.#lastMs !== null) this.#spentMs += Math.min(Math.max(0, nowMs - this.#lastMs), LONGEST_THOUGHT_MS);
    this.#lastMs = nowMs;
  }

  /** The page was hidden or paused: the time until the next touch does not count. */
  rest(nowMs: number): void {
    this.touch(nowMs);
    this.#lastMs = null;
  }

  /** To a tenth of a second, up to now. */
  seconds(nowMs: number): number {
    const open = this.#lastMs === null ? 0 : Math.min(Math.max(0, nowMs - this.#lastMs), LONGEST_THOUGHT_MS);
    return Math.round((this.#spentMs + open) / 100) / 10;
  }
}

export interface Stretch {
  readonly activeSeconds: number;
  /** ms since 1970; with the seconds above, one stretch of work across tasks, projects and reloads. */
  readonly lastMs: number;
  readonly snoozes: number;
}

export const BREAK_AFTER_SECONDS = 3_600;
export const BREAK_SECONDS = 300;
const SNOOZE_SECONDS = 600;
const SNOOZES = 2;

export const freshStretch = (nowMs: number): Stretch => ({ activeSeconds: 0, lastMs: nowMs, snoozes: 0 });

/** Five minutes away are a break, whoever asked for it. */
export function stretched(stretch: Stretch, nowMs: number): Stretch {
  const gapMs = nowMs - stretch.lastMs;
  if (gapMs >= BREAK_SECONDS * 1000 || gapMs < 0) return freshStretch(nowMs);
  const worked = gapMs <= LONGEST_THOUGHT_MS ? gapMs / 1000 : LONGEST_THOUGHT_MS / 1000;
  return { ...stretch, activeSeconds: stretch.activeSeconds + worked, lastMs: nowMs };
}

/** The end of a break that is still going on, from what was kept of it; null when it is over or was none. */
export function breakEnd(kept: string | null, nowMs: number): number | null {
  const endsAt = Number(kept);
  // A clock that was set back must not make a break of hours.
  return endsAt > nowMs && endsAt <= nowMs + BREAK_SECONDS * 1000 ? endsAt : null;
}

export const breakIsDue = (stretch: Stretch): boolean =>
  stretch.activeSeconds >= BREAK_AFTER_SECONDS + stretch.snoozes * SNOOZE_SECONDS;

export const maySnooze = (stretch: Stretch): boolean => stretch.snoozes < SNOOZES;

export const snoozed = (stretch: Stretch): Stretch => ({ ...stretch, snoozes: stretch.snoozes + 1 });
