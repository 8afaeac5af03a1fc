/** Words of panels and notices, which come after the first image: in the language of the page, and in no other. */
import { spoken } from './strings';

const words = {
  es: () => import('./spanish/strings-rest'),
  ar: () => import('./arabic/strings-rest'),
  en: () => import('./english/strings-rest'),
};

// Whoever imports this waits for it.
export const { keyWords, look, markWords, paid } = await (words[spoken as keyof typeof words] ?? words.en)();
