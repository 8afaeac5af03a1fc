/** Comments on the image, one for each mark: set on the image, written here. */
import { useEffect, useRef } from 'preact/hooks';
import type { Answer } from './answer';
import type { ReviewDesk } from './review-desk';
import { reviewWords } from './strings-review';

export function Pins({ desk, pins }: { desk: ReviewDesk; pins: Answer }) {
  const drawn = pins.drawn.value;
  const last = useRef<HTMLTextAreaElement>(null);
  const known = useRef(drawn.length);
  // What was just set is written next.
  useEffect(() => {
    if (drawn.length > known.current) last.current?.focus();
    known.current = drawn.length;
  }, [drawn.length]);
  // A point is one press; the Editor alone would begin with the first tool of its bar.
  const editor = pins.editor.value;
  useEffect(() => editor?.setTool('point'), [editor]);
  return (
    <section class="wb-verdict" aria-label={reviewWords.comments}>
      <h3>{reviewWords.comments}</h3>
      {drawn.length === 0 && <p class="wb-quiet">{reviewWords.commentNone}</p>}
      {drawn.map(({ id }, index) => (
        <label key={id} class={`wb-field ${desk.comments.value[id]?.trim() ? '' : 'wb-lacking'}`}>
          <span class="wb-legend">{reviewWords.commentText(index + 1)}</span>
          <textarea
            class="wb-input"
            rows={2}
            dir="auto"
            maxLength={500}
            ref={index === drawn.length - 1 ? last : null}
            value={desk.comments.value[id] ?? ''}
            onFocus={() => pins.editor.value?.select([id])}
            onInput={(event) => {
              desk.comments.value = { ...desk.comments.value, [id]: event.currentTarget.value };
            }}
          />
        </label>
      ))}
    </section>
  );
}
