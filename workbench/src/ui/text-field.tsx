/** A field for what is read off the image: kept while typing rests, as one step of undo each time. */
import { useEffect, useRef } from 'preact/hooks';
import { labelRule } from '../model/schema';
import type { Answer } from './answer';
import { wholeTexts } from './answer';
import { markWords } from './strings-rest';

const REST_MS = 200;

export function TextField(props: {
  label: string;
  value: string;
  readOnly: boolean;
  /** BCP 47; tells the keyboard, the spelling check and the screen reader. */
  language?: string | undefined;
  direction?: 'auto' | 'ltr' | 'rtl' | undefined;
  /** Takes the focus when it appears empty: a new mark is there to be read. */
  eager?: boolean;
  /** And again when the place changes under it, as by the keyboard of a phone. */
  onFocus?: (field: HTMLElement) => void;
  onCommit: (text: string) => void;
  /** After Enter. */
  onDone?: () => void;
}) {
  const { value, readOnly, onCommit } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const typed = useRef<string | null>(null);
  const known = useRef(value);
  known.current = value;
  const commit = () => {
    clearTimeout(rest.current);
    const text = typed.current;
    typed.current = null;
    if (text !== null && text !== known.current) onCommit(text);
  };
  const focused = useRef(props.onFocus);
  focused.current = props.onFocus;
  useEffect(() => {
    const follow = () => {
      const shown = field.current;
      // The editor hears of its new size at the end of the next frame.
      if (shown !== null && document.activeElement === shown)
        requestAnimationFrame(() => requestAnimationFrame(() => focused.current?.(shown)));
    };
    window.visualViewport?.addEventListener('resize', follow);
    return () => window.visualViewport?.removeEventListener('resize', follow);
  }, []);
  const last = useRef(commit);
  last.current = commit;
  useEffect(() => {
    if (props.eager && value === '' && !readOnly && field.current?.offsetParent)
      field.current.focus({ preventScroll: true });
    return () => last.current();
  }, []);
  return (
    <label class="wb-field">
      <span class="wb-legend" dir="auto">
        {props.label}
      </span>
      <textarea
        ref={field}
        class="wb-input"
        rows={1}
        dir={props.direction ?? 'auto'}
        lang={props.language}
        readOnly={readOnly}
        placeholder={markWords.textHint}
        value={value}
        onFocus={(event) => props.onFocus?.(event.currentTarget)}
        onInput={(event) => {
          typed.current = event.currentTarget.value;
          clearTimeout(rest.current);
          rest.current = setTimeout(() => last.current(), REST_MS);
        }}
        onBlur={commit}
        onKeyDown={(event) => {
          // Enter inside an input method chooses a character; it does not end the text.
          if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
          event.preventDefault();
          commit();
          event.currentTarget.blur();
          props.onDone?.();
        }}
      />
    </label>
  );
}

export function WholeTexts({ answer, readOnly }: { answer: Answer; readOnly: boolean }) {
  return (
    <>
      {wholeTexts(answer.schema).map((label) => (
        <TextField
          key={label}
          label={label}
          value={answer.textOf(label)}
          language={labelRule(answer.schema, label)?.languages?.[0]}
          direction={labelRule(answer.schema, label)?.direction}
          readOnly={readOnly}
          onCommit={(text) => answer.setWholeText(label, text)}
        />
      ))}
    </>
  );
}
