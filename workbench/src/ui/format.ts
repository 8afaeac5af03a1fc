/** Money, times and shares as people read them. */

const MICROS = 1_000_000n;

/** Micro-dollars as dollars with the digits that matter: 2000 is $0.002, 2000000 is $2.00. Exact: no float on the way. */
export function dollars(micros: number): string {
  const value = BigInt(micros);
  const size = value < 0n ? -value : value;
  const fraction = (size % MICROS)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '');
  const whole = (size / MICROS).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  return `${value < 0n ? '−' : ''}$${whole}.${fraction}`;
}

/** What a price per task becomes for a thousand. */
export const dollarsPerThousand = (micros: number): string => dollars(micros * 1000);

/** Rounded down, so that 69.9% is never shown as the 70% that passes. */
export const percent = (ratio: number): string => `${Math.floor(ratio * 100 + 1e-9)}%`;

/** 100 is "1 min 40 s", 40 is "40 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

export const clockTime = (at: number | string): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
