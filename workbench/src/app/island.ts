/** The element a page holds for us, and what the page says through its data attributes. */
import { chosen } from '../ui/device';
import { followKeys } from '../ui/keymap';
import { followKeyboard } from '../ui/layout';
import '../ui/workbench.css';

export interface Island {
  readonly host: HTMLElement;
  /** The data attribute of this name, in camel case; empty when the page gave none. */
  field(name: string): string;
  /** JSON that the page brought along in an element of this id; null when there is none, and from the second time on. */
  brought<Value>(id: string): Value | null;
}

export function island(): Island {
  const host = document.getElementById('workbench');
  if (!host) throw new Error('the page has no #workbench');
  followKeyboard(host);
  document.documentElement.dataset.hand = chosen('hand') ?? '';
  followKeys(host.dataset.worker ?? '');
  return { host, field: (name) => host.dataset[name] ?? '', brought };
}

function brought<Value>(id: string): Value | null {
  const element = document.getElementById(id);
  element?.remove();
  return element && (JSON.parse(element.textContent ?? '') as Value);
}
