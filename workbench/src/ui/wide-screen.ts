/** Whether there is room for a text beside the image. */
import { signal } from '@preact/signals';

const query = matchMedia('(min-width: 900px)');

export const wideScreen = signal(query.matches);
query.addEventListener('change', () => {
  wideScreen.value = query.matches;
});
