import { signal } from '@preact/signals';
import { FILL_OPACITY } from '../render/tint';
import { chosen } from './device';

const kept_percent = Number.parseFloat(chosen('tint') ?? '');

/** How strongly the areas of marks are tinted, 0 to 100: a choice of this device. */
export const tint_percent = signal(kept_percent >= 0 && kept_percent <= 100 ? kept_percent : 100 * FILL_OPACITY);
