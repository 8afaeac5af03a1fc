import { describe, expect, test } from 'vitest';
import { ActivityClock, breakEnd, breakIsDue, freshStretch, maySnooze, snoozed, stretched } from './activity';

describe('active seconds', () => {
  test('they are the time between touches', () => {
    const clock = new ActivityClock();
    for (const at of [0, 2_000, 5_000]) clock.touch(at);
    expect(clock.seconds(6_500)).toBe(6.5);
  });

  test('a long pause counts as 20 seconds of looking', () => {
    const clock = new ActivityClock();
    clock.touch(0);
    clock.touch(600_000);
    expect(clock.seconds(600_000)).toBe(20);
    expect(clock.seconds(900_000)).toBe(40);
  });

  test('a hidden page does not count', () => {
    const clock = new ActivityClock();
    clock.touch(0);
    clock.rest(3_000);
    clock.touch(15_000);
    expect(clock.seconds(16_000)).toBe(4);
  });

  test('they go on from a draft, and a clock set back takes nothing away', () => {
    const clock = new ActivityClock(7.5);
    clock.touch(10_000);
    clock.touch(5_000);
    expect(clock.seconds(5_000)).toBe(7.5);
  });
});

describe('the break each hour', () => {
  const work = (seconds: number) => {
    let stretch = freshStretch(0);
    for (let s = 10; s <= seconds; s += 10) stretch = stretched(stretch, s * 1000);
    return stretch;
  };

  test('it is due after 60 active minutes and not before', () => {
    expect(breakIsDue(work(3_590))).toBe(false);
    expect(breakIsDue(work(3_600))).toBe(true);
  });

  test('five minutes away are a break by themselves', () => {
    const away = stretched(work(3_600), 3_600_000 + 300_000);
    expect(away.activeSeconds).toBe(0);
  });

  test('one that goes on is taken up after a reload, one that is over or cannot be is not', () => {
    expect(breakEnd('400000', 250_000)).toBe(400_000);
    expect(breakEnd('400000', 400_000)).toBeNull();
    expect(breakEnd('4000000', 250_000)).toBeNull();
    for (const none of [null, '', 'x']) expect(breakEnd(none, 250_000)).toBeNull();
  });

  test('it can be put off by ten minutes, twice', () => {
    let stretch = snoozed(work(3_600));
    expect(breakIsDue(stretch)).toBe(false);
    expect(maySnooze(stretch)).toBe(true);
    stretch = snoozed(stretch);
    expect(maySnooze(stretch)).toBe(false);
    expect(breakIsDue({ ...stretch, activeSeconds: 4_800 })).toBe(true);
  });
});
