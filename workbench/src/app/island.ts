/** The element a page holds for us, and what the page says through its data attributes. */
import { followKeys } from '../ui/keymap';
import { followKeyboard } from '../ui/layout';
import '../ui/workbench.css';

export interface Island {
  readonly host: HTMLElement;
  /** The data attribute of this name, in camel case; empty when the page gave none. */
  field(name: string): string;
}

export function island(): Island {
  const host = document.getElementById('workbench');
  if (!host) throw new Error('the page has no #workbench');
  followKeyboard(host);
  followKeys(host.dataset.worker ?? '');
  return { host, field: (name) => host.dataset[name] ?? '' };
}
