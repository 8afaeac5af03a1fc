/** The parts of the work page that are not needed to show the first image and take the first answer: one request later. */
export { Elsewhere } from './elsewhere';
export { Reading } from './guideline';
export { LookPanel } from './look-panel';
export { Notices } from './notices';
export { Panels } from './work-sheets';
