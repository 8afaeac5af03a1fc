/** A card in the middle of the page: what happened and what can be done now. */
import type { ComponentChildren } from 'preact';

export function Message(props: { title: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="wb-page">
      <section class="wb-card wb-state" role="status">
        <h1>{props.title}</h1>
        {props.text && <p>{props.text}</p>}
        {props.children && <div class="wb-actions">{props.children}</div>}
      </section>
    </div>
  );
}
