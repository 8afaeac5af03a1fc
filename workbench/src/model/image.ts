import type { components } from '../openapi';

/** The image of a task: its true size, and the files it can be shown from (smaller copies first or last, no matter). */
export type TaskImage = Pick<components['schemas']['Image'], 'width' | 'height' | 'sources'>;
export type ImageSource = TaskImage['sources'][number];
