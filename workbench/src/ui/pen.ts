import { signal } from '@preact/signals';
import { chosen } from './device';

/** A pen's pressure steers the width of the brush. */
export const penPressure = signal(chosen('pressure') === 'on');
