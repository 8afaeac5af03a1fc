/** The list of marks, in step with the image: select, relabel, attributes, text, delete. */
import { useEffect, useRef } from 'preact/hooks';
import type { Annotation, AttributeValue, ShapeAnnotation } from '../model/annotation';
import { isShape } from '../model/annotation';
import { type AttributeRule, labelColor, labelRule } from '../model/schema';
import type { Answer } from './answer';
import { IconButton } from './icons';
import { Swatch } from './shape-bench';
import { say } from './strings';
import { tell } from './strings-more';
import { TextField } from './text-field';
import { trashIcon } from './tool-icons';

/** Percentages speak better than pixels. */
function spoken(annotation: ShapeAnnotation, width: number, height: number): string {
  if (annotation.kind !== 'box') return '';
  const [x, y, w, h] = annotation.box;
  const part = (value: number, of: number) => Math.round((100 * value) / of);
  return tell.where(part(x, width), part(y, height), part(w, width), part(h, height));
}

export function Regions({
  answer,
  readOnly,
  onlySelected,
}: {
  answer: Answer;
  readOnly: boolean;
  onlySelected: boolean;
}) {
  const shapes = answer.drawn.value.filter(isShape);
  const selected = answer.selected.value;
  const shown = onlySelected ? shapes.filter(({ id }) => selected.includes(id)) : shapes;
  if (shown.length === 0) {
    return onlySelected ? null : <p class="wb-quiet">{readOnly ? tell.noMarksReadOnly : tell.noMarks}</p>;
  }
  return (
    <ol class="wb-regions">
      {shown.map((shape) => (
        <Region
          key={shape.id}
          answer={answer}
          shape={shape}
          index={shapes.indexOf(shape) + 1}
          open={selected.length === 1 && selected[0] === shape.id}
          readOnly={readOnly}
        />
      ))}
    </ol>
  );
}

function Region(props: { answer: Answer; shape: ShapeAnnotation; index: number; open: boolean; readOnly: boolean }) {
  const { answer, shape, index, open, readOnly } = props;
  const { schema, picture } = answer;
  const kind = tell.kind[shape.kind] ?? shape.kind;
  const row = useRef<HTMLLIElement>(null);
  const text = textOf(answer.drawn.value, shape.id);
  const fitting = schema.labels.filter((label) => label.kinds.includes(shape.kind));
  useEffect(() => {
    if (open) row.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <li ref={row} class={`wb-region ${open ? 'wb-region-open' : ''}`}>
      <div class="wb-region-head">
        <button
          type="button"
          class="wb-region-name"
          aria-pressed={open}
          onClick={() => {
            const editor = answer.editor.value;
            editor?.select(open ? [] : [shape.id]);
          }}
          onDblClick={() => answer.editor.value?.zoomTo(shape.id)}
        >
          <Swatch color={labelColor(schema, shape.label)} />
          <span dir="auto">{tell.regionName(shape.label, kind, index)}</span>
          <span class="wb-hidden">{spoken(shape, picture.width, picture.height)}</span>
          {!open && text && <q dir="auto">{text}</q>}
        </button>
        {open && fitting.length > 1 && !readOnly && (
          <select
            class="wb-input wb-relabel"
            aria-label={tell.changeLabel}
            value={shape.label}
            onChange={(event) => answer.editor.value?.changeLabel(shape.id, event.currentTarget.value)}
          >
            {fitting.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        {!readOnly && (
          <IconButton
            icon={trashIcon}
            label={`${tell.remove} ${index}`}
            onClick={() => answer.editor.value?.remove([shape.id])}
          />
        )}
      </div>
      {open && <Details answer={answer} shape={shape} readOnly={readOnly} />}
    </li>
  );
}

const textOf = (all: readonly Annotation[], id: string): string => {
  const found = all.find((each) => each.kind === 'text' && each.of === id);
  return found?.kind === 'text' ? found.text : '';
};

function Details({ answer, shape, readOnly }: { answer: Answer; shape: ShapeAnnotation; readOnly: boolean }) {
  const { schema } = answer;
  const rule = labelRule(schema, shape.label);
  const editor = answer.editor.value;
  const { attributes = [], kinds = [] } = rule ?? {};
  if (attributes.length === 0 && !kinds.includes('text')) return null;
  return (
    <div class="wb-details">
      {kinds.includes('text') && (
        <TextField
          key={shape.id}
          label={tell.textOf}
          value={textOf(answer.drawn.value, shape.id)}
          readOnly={readOnly}
          eager
          onFocus={() => editor?.zoomTo(shape.id)}
          onCommit={(text) => editor?.setText(shape.id, text)}
          onDone={() => editor?.focus()}
        />
      )}
      {attributes.map((attribute) => (
        <Attribute
          key={attribute.name}
          rule={attribute}
          value={shape.attributes?.[attribute.name] ?? undefined}
          readOnly={readOnly}
          onValue={(value) => editor?.setAttribute(shape.id, attribute.name, value)}
        />
      ))}
    </div>
  );
}

function Attribute(props: {
  rule: AttributeRule;
  value: AttributeValue | undefined;
  readOnly: boolean;
  onValue: (value: AttributeValue | null) => void;
}) {
  const { rule, value, readOnly, onValue } = props;
  const name = (
    <span dir="auto">
      {rule.name} {rule.required !== false && rule.type !== 'boolean' && <small>{say.required}</small>}
    </span>
  );
  if (rule.type === 'boolean') {
    return (
      <label class="wb-field wb-field-row">
        <input
          class="wb-check"
          type="checkbox"
          checked={value === true}
          disabled={readOnly}
          onChange={(event) => onValue(event.currentTarget.checked)}
        />
        {name}
      </label>
    );
  }
  if (rule.type === 'choice') {
    return (
      <label class="wb-field wb-field-row">
        {name}
        <select
          class="wb-input"
          disabled={readOnly}
          value={value === undefined ? '' : String(value)}
          onChange={(event) => onValue(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        >
          <option value="">{tell.notSet}</option>
          {rule.options?.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <label class="wb-field wb-field-row">
      {name}
      <input
        class="wb-input"
        type="text"
        inputMode={rule.type === 'number' ? 'decimal' : 'text'}
        dir="auto"
        readOnly={readOnly}
        value={value === undefined ? '' : String(value)}
        onChange={(event) => {
          const text = event.currentTarget.value.trim();
          const number = Number(text.replace(',', '.'));
          if (rule.type === 'text') onValue(text === '' ? null : text);
          else onValue(text === '' || Number.isNaN(number) ? null : number);
        }}
      />
    </label>
  );
}
