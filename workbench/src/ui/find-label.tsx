/** The field that narrows a long list of labels. */
import type { Signal } from '@preact/signals';
import type { Editor } from '../render/editor';
import { markWords } from './strings-rest';

export interface FindLabelProps {
  readonly filter: Signal<string>;
  /** The first label that is left. */
  readonly first: string | undefined;
  readonly editor: Editor | null;
}

export function FindLabel({ filter, first, editor }: FindLabelProps) {
  return (
    <input
      class="wb-input wb-find"
      type="search"
      placeholder={markWords.findLabel}
      aria-label={markWords.findLabel}
      value={filter.value}
      onInput={(event) => {
        filter.value = event.currentTarget.value;
      }}
      onKeyDown={(event) => {
        const takes = event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.isComposing;
        if (!takes && event.key !== 'Escape') return;
        event.preventDefault();
        if (takes && first === undefined) return;
        if (takes) editor?.setLabel(first!);
        filter.value = '';
        editor?.focus();
      }}
    />
  );
}
