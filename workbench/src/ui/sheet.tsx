/** A panel over the page: from below on a phone, in the middle or at the side on a desk. Esc and the backdrop close it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { IconButton } from './icons';
import { tell } from './strings-more';

export function Sheet(props: { title: string; onClose?: () => void; side?: boolean; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { onClose } = props;
  useEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement as HTMLElement;
    element.showModal();
    // The browser would pick the close button, and then Enter closes what was just opened.
    const first = '.wb-sheet-head ~ * :is(button, input, select, textarea), .wb-sheet-head ~ button';
    element.querySelector<HTMLElement>(first)?.focus();
    // It has left the page by then, which closes it and gives no focus back.
    return () => before.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`wb-sheet ${props.side ? 'wb-sheet-side' : ''}`}
      aria-label={props.title}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose?.();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="wb-sheet-body">
        <header class="wb-sheet-head">
          <h2>{props.title}</h2>
          {onClose && <IconButton icon="close" label={tell.close} onClick={onClose} />}
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
