/** The list of marks, in step with the image: select, relabel, attributes, text, delete. */
import type { ReadonlySignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import type { Annotation, ShapeAnnotation, TextAnnotation } from '../model/annotation';
import { isShape } from '../model/annotation';
import { type LabelRule, labelColor, labelRule } from '../model/schema';
import { boundsOf } from '../model/shape';
import { isSuggestion } from '../model/suggestions';
import { EDITOR_KEYS } from '../tools/commands';
import type { Answer } from './answer';
import { Attribute } from './attribute';
import { copy, paste } from './copies';
import { percent } from './format';
import { IconButton } from './icons';
import { keyOf } from './keymap';
import { Swatch } from './shape-bench';
import { sightOf } from './sight';
import { tell, toolName } from './strings-more';
import { markWords } from './strings-rest';
import { TextField } from './text-field';
import {
  acceptIcon,
  backwardIcon,
  copyIcon,
  eyeIcon,
  eyeOffIcon,
  forwardIcon,
  isolateIcon,
  lockIcon,
  moveIcon,
  trashIcon,
  unlockIcon,
} from './tool-icons';

/** Percentages speak better than pixels. */
function spoken(annotation: ShapeAnnotation, width: number, height: number): string {
  const [x0, y0, x1, y1] = boundsOf(annotation);
  const across = (value: number) => Math.round((100 * value) / width);
  const down = (value: number) => Math.round((100 * value) / height);
  // A point has no size to tell.
  if (x0 === x1 && y0 === y1) return markWords.whereAt(across(x0), down(y0));
  return markWords.where(across(x0), down(y0), across(x1 - x0), down(y1 - y0));
}

/** Longer lists hold the rows around the place that is in sight, and tell screen readers how many there are. */
const LONG = 100;
/** Of a closed row with the gap below it. */
const ROW_PX = 50;
/** Rows beyond the height of the window, on each side: so far the focus goes before the list follows. */
const AROUND = 8;

/** [from, to) of the rows that are there: those in sight, or those about the one that was just chosen. */
function useRows(list: RefObject<HTMLElement | null>, count: number, chosen: number): readonly [number, number] {
  const [, drawAgain] = useReducer((times: number) => times + 1, 0);
  const place = useRef({ from: 0, chosen: -1 }).current;
  const room = Math.ceil(innerHeight / ROW_PX) + 2 * AROUND;
  const isLong = count > LONG;
  useEffect(() => {
    if (!isLong) return;
    // Whatever it is that scrolls: the column beside the image, or a sheet.
    const follow = () => {
      const above = -(list.current?.getBoundingClientRect().top ?? 0);
      const from = Math.max(0, Math.floor(above / ROW_PX) - AROUND);
      if (Math.abs(from - place.from) < AROUND / 2) return;
      place.from = from;
      drawAgain(undefined);
    };
    document.addEventListener('scroll', follow, { capture: true, passive: true });
    return () => document.removeEventListener('scroll', follow, { capture: true });
  }, [isLong]);
  if (!isLong) return [0, count];
  const isElsewhere = chosen >= 0 && (chosen < place.from || chosen >= place.from + room);
  if (chosen !== place.chosen && isElsewhere) place.from = chosen - Math.floor(room / 2);
  place.chosen = chosen;
  place.from = Math.max(0, Math.min(place.from, count - room));
  return [place.from, Math.min(count, place.from + room)];
}

/** The signal's value once a frame has shown it: what is chosen is seen on the image first, then the list follows. */
function useFollowed<T>(source: ReadonlySignal<T>): T {
  const [value, follow] = useState(source.peek());
  // Said again, or said of a list that is gone, it does nothing.
  useEffect(
    () => source.subscribe(() => requestAnimationFrame(() => setTimeout(() => follow(source.peek())))),
    [source],
  );
  return value;
}

export function Regions({
  answer,
  readOnly,
  onlySelected,
  onLeave,
}: {
  answer: Answer;
  readOnly: boolean;
  onlySelected: boolean;
  /** The hand goes to the image: a sheet with this list closes. */
  onLeave?: () => void;
}) {
  const shapes = answer.drawn.value.filter(isShape);
  const selected = useFollowed(answer.selected);
  const list = useRef<HTMLOListElement>(null);
  const chosen = selected.length === 1 ? shapes.findIndex(({ id }) => id === selected[0]) : -1;
  const [from, to] = useRows(list, onlySelected ? 0 : shapes.length, chosen);
  const shown = onlySelected ? shapes.filter(({ id }) => selected.includes(id)) : shapes.slice(from, to);
  const texts = new Map(answer.drawn.value.filter((each) => each.kind === 'text').map(({ of, text }) => [of, text]));
  const total = shapes.length > LONG && !onlySelected ? shapes.length : undefined;
  if (shown.length === 0) {
    return onlySelected ? null : <p class="wb-quiet">{readOnly ? markWords.noMarksReadOnly : markWords.noMarks}</p>;
  }
  const suggested = shapes.filter(isSuggestion).length;
  return (
    <>
      {suggested > 0 && !readOnly && !onlySelected && (
        <p class="wb-suggestions">
          <span>{markWords.suggestions(suggested)}</span>
          <button type="button" class="wb-button" onClick={() => answer.run('accept_all')}>
            {markWords.acceptAll}
          </button>
        </p>
      )}
      <ol
        ref={list}
        class="wb-regions"
        style={{ paddingBlock: total && `${from * ROW_PX}px ${(total - to) * ROW_PX}px` }}
      >
        {shown.map((shape, i) => (
          <Region
            key={shape.id}
            answer={answer}
            shape={shape}
            text={texts.get(shape.id)}
            index={onlySelected ? shapes.indexOf(shape) + 1 : from + i + 1}
            total={total}
            open={selected.length === 1 && selected[0] === shape.id}
            readOnly={readOnly}
            order={!onlySelected}
            onLeave={onLeave}
          />
        ))}
      </ol>
    </>
  );
}

function Region(props: {
  answer: Answer;
  shape: ShapeAnnotation;
  text: string | undefined;
  index: number;
  /** Of the list, where not all of its rows are there. */
  total: number | undefined;
  open: boolean;
  readOnly: boolean;
  order: boolean;
  onLeave: (() => void) | undefined;
}) {
  const { answer, shape, text, index, total, open, readOnly, order, onLeave } = props;
  const { schema, picture } = answer;
  const kind = tell.kind[shape.kind] ?? shape.kind;
  const row = useRef<HTMLLIElement>(null);
  const sight = sightOf(answer);
  const isHidden = sight.hidden.value.includes(shape.id) || sight.apart.value.includes(shape.id);
  const isLocked = sight.locked.value.includes(shape.id);
  const help = helpWith(shape);
  const decide = (how: 'accept' | 'reject') => {
    answer.editor.value?.select([shape.id]);
    answer.run(how);
  };
  const fitting = schema.labels.filter((label) => label.kinds.includes(shape.kind));
  useEffect(() => {
    if (open) row.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <li
      ref={row}
      class={`wb-region ${open ? 'wb-region-open' : ''}`}
      aria-setsize={total}
      aria-posinset={total && index}
    >
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
          <span dir="auto">{markWords.regionName(shape.label, kind, index)}</span>
          <span class="wb-hidden">{spoken(shape, picture.width, picture.height)}</span>
          {(isHidden || isLocked) && (
            <small>{[isHidden && markWords.isHidden, isLocked && markWords.isLocked].filter(Boolean).join(', ')}</small>
          )}
          {help && <small class="wb-help">{help}</small>}
          {!open && text && <q dir="auto">{text}</q>}
        </button>
        {open && fitting.length > 1 && !readOnly && (
          <select
            class="wb-input wb-relabel"
            aria-label={markWords.changeLabel}
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
        {isSuggestion(shape) && !readOnly && (
          <>
            <IconButton
              icon={acceptIcon}
              label={`${markWords.accept} ${index}`}
              keys={keyOf('accept', EDITOR_KEYS.accept)}
              onClick={() => decide('accept')}
            />
            <IconButton
              icon="close"
              label={`${markWords.reject} ${index}`}
              keys={keyOf('reject', EDITOR_KEYS.reject)}
              onClick={() => decide('reject')}
            />
          </>
        )}
        {!isSuggestion(shape) && !readOnly && (
          <IconButton
            icon={trashIcon}
            label={`${markWords.remove} ${index}`}
            onClick={() => {
              // This button goes with the mark: the focus passes to the neighbour, or to the image.
              const near = row.current?.nextElementSibling ?? row.current?.previousElementSibling;
              answer.editor.value?.remove([shape.id]);
              (near?.querySelector('button') ?? answer.editor.value)?.focus();
            }}
          />
        )}
      </div>
      {open && order && !readOnly && <Order answer={answer} shape={shape} onLeave={onLeave} />}
      {open && <Details answer={answer} shape={shape} readOnly={readOnly} />}
    </li>
  );
}

/** Which model proposes it and how sure it is, or what helped and whether it was edited; empty for a mark by hand. */
function helpWith({ suggestion, assist }: ShapeAnnotation): string {
  if (suggestion) {
    const { source, confidence, by } = suggestion;
    if (by) return markWords.proposedBy(helperName(by));
    return markWords.suggestedBy(source, confidence === undefined ? null : percent(confidence));
  }
  return assist ? markWords.helped(helperName(assist.by), assist.edited) : '';
}

function helperName(by: string): string {
  const [tool = '', ...source] = by.split(':');
  return [markWords.help[tool] ?? tool, ...source].join(': ');
}

const textAnnotation = (all: readonly Annotation[], id: string): TextAnnotation | undefined =>
  all.filter((each) => each.kind === 'text').find(({ of }) => of === id);

/** In which language the text is, and which way it runs. */
function Writing({ answer, rule, text }: { answer: Answer; rule: LabelRule; text: TextAnnotation }) {
  const { languages = [] } = rule;
  const { language = null, direction = null } = text;
  const set = (writing: Parameters<NonNullable<typeof answer.editor.value>['setWriting']>[1]) =>
    answer.editor.value?.setWriting(text.of!, writing);
  return (
    <div class="wb-field-row">
      {languages.length > 1 && (
        <select
          class="wb-input"
          aria-label={markWords.language}
          value={language ?? languages[0]!}
          onChange={(event) => set({ language: event.currentTarget.value, direction })}
        >
          {languages.map((tag) => (
            <option key={tag} value={tag}>
              {languageName(tag)}
            </option>
          ))}
        </select>
      )}
      <select
        class="wb-input"
        aria-label={markWords.direction}
        value={direction ?? 'auto'}
        onChange={({ currentTarget: { value } }) =>
          set({ language, direction: value === 'ltr' || value === 'rtl' ? value : null })
        }
      >
        {(['auto', 'ltr', 'rtl'] as const).map((way) => (
          <option key={way} value={way}>
            {markWords.directions[way]}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Seen, touched and stacked: for the eye; only the order is a change of the answer. */
function Order(props: { answer: Answer; shape: ShapeAnnotation; onLeave: (() => void) | undefined }) {
  const { answer, shape, onLeave } = props;
  const { id } = shape;
  const { hidden, locked, apart } = sightOf(answer);
  const isHidden = hidden.value.includes(id);
  const isLocked = locked.value.includes(id);
  const button = (command: string, path: string, label: string) => (
    <IconButton
      icon={{ path }}
      label={label}
      disabled={isLocked && /ward$/.test(command)}
      onClick={() => answer.run(command)}
    />
  );
  return (
    <div class="wb-order">
      {button('hide', isHidden ? eyeOffIcon : eyeIcon, isHidden ? markWords.show : markWords.hide)}
      {button('lock', isLocked ? lockIcon : unlockIcon, isLocked ? markWords.unlock : markWords.lock)}
      {button('isolate', isolateIcon, apart.value.length > 0 ? markWords.showAll : markWords.isolate)}
      <IconButton
        icon={{ path: moveIcon }}
        label={markWords.byKeys}
        disabled={isLocked}
        onClick={() => {
          onLeave?.();
          // A sheet gives the focus back when it has closed.
          requestAnimationFrame(() => answer.editor.value?.pick(id));
        }}
      />
      <IconButton
        icon={{ path: copyIcon }}
        label={markWords.duplicate}
        // Nobody's mark yet, or a mask, whose copy could only lie upon it.
        disabled={isSuggestion(shape) || shape.kind === 'mask'}
        onClick={() => {
          copy(answer);
          paste(answer);
        }}
      />
      {button('forward', forwardIcon, markWords.forward)}
      {button('backward', backwardIcon, markWords.backward)}
    </div>
  );
}

/** The language in its own words, as far as the browser knows it. */
function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function Details({ answer, shape, readOnly }: { answer: Answer; shape: ShapeAnnotation; readOnly: boolean }) {
  const { schema } = answer;
  const rule = labelRule(schema, shape.label);
  const editor = answer.editor.value;
  const { attributes = [], kinds = [] } = rule ?? {};
  const parts = editor?.partsOf(shape) ?? [];
  if (attributes.length === 0 && parts.length === 0 && !kinds.includes('text')) return null;
  const text = textAnnotation(answer.drawn.value, shape.id);
  return (
    <div class="wb-details">
      {kinds.includes('text') && (
        <TextField
          key={shape.id}
          label={markWords.textOf}
          value={text?.text ?? ''}
          language={text?.language ?? rule?.languages?.[0]}
          direction={text?.direction ?? rule?.direction}
          readOnly={readOnly}
          eager
          // Above the field, where that lies over the image.
          onFocus={(field) => editor?.visit(shape.id, field.closest<HTMLElement>('.wb-inline-selected')?.offsetHeight)}
          onCommit={(text) => editor?.setText(shape.id, text)}
          onDone={() => {
            editor?.leave();
            editor?.focus();
          }}
        />
      )}
      {kinds.includes('text') && rule && text && !readOnly && <Writing answer={answer} rule={rule} text={text} />}
      {parts.map((part) => (
        <label key={part.key} class="wb-field wb-field-row">
          <span dir="auto">{part.number ? `${toolName(part.name, '')} ${part.number}` : part.name}</span>
          <select
            class="wb-input"
            disabled={readOnly}
            value={part.state}
            onChange={({ currentTarget: { value } }) => {
              editor?.setPart(shape.id, part.key, value);
              // The hole has gone, and this field with it.
              if (value === 'filled') editor?.focus();
            }}
          >
            {part.states.map((state) => (
              <option key={state} value={state}>
                {markWords.part[state] ?? state}
              </option>
            ))}
          </select>
        </label>
      ))}
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
