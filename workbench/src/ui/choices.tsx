/** Tags of the whole image: one tap, one of a group, or many; and texts of the whole image. */
import { useState } from 'preact/hooks';
import type { TagGroup } from '../model/schema';
import { type Answer, takesOne, wholeTexts } from './answer';
import { lazy } from './lazy';
import { say } from './strings';

const WholeTexts = lazy(async () => (await import('./bench-rest')).WholeTexts);

const ImageQuestions = lazy(async () => (await import('./bench-rest')).ImageQuestions);

const FILTER_FROM = 13;

/** The key that picks the option at this place: 1 to 9, then 0. */
export const digit = (index: number): string | undefined =>
  index < 9 ? `${index + 1}` : index === 9 ? '0' : undefined;

export function place(code: string): number | null {
  const key = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  return key === undefined ? null : key === '0' ? 9 : Number(key) - 1;
}

export function Key({ index }: { index: number }) {
  const key = digit(index);
  return key ? (
    <span class="wb-key" aria-hidden="true">
      {key}
    </span>
  ) : null;
}

function filtered(options: readonly string[], text: string): readonly string[] {
  const wanted = text.trim().toLocaleLowerCase();
  return wanted === '' ? options : options.filter((option) => option.toLocaleLowerCase().includes(wanted));
}

function Filter(props: { text: string; onText: (text: string) => void }) {
  return (
    <input
      class="wb-input"
      type="search"
      aria-label={say.filterOptions}
      placeholder={say.filterOptions}
      value={props.text}
      onInput={(event) => props.onText(event.currentTarget.value)}
    />
  );
}

/** Buttons, not radio buttons: with those, walking along by arrow key would answer. */
export function OneTap(props: { group: TagGroup; answer: Answer; onChoose: (option: string) => void }) {
  const { group, answer } = props;
  const [text, setText] = useState('');
  const given = answer.tagsOf(group.name);
  return (
    <fieldset class="wb-group">
      <legend class="wb-legend">{group.name}</legend>
      {group.options.length >= FILTER_FROM && <Filter text={text} onText={setText} />}
      <div class={`wb-taps ${group.options.length > 6 ? 'wb-taps-many' : ''}`}>
        {filtered(group.options, text).map((option) => (
          <button
            key={option}
            type="button"
            class="wb-tap"
            aria-pressed={given.includes(option)}
            aria-disabled={!answer.ready.value}
            aria-keyshortcuts={digit(group.options.indexOf(option))}
            onClick={() => answer.ready.value && props.onChoose(option)}
          >
            <span dir="auto">{option}</span>
            <Key index={group.options.indexOf(option)} />
          </button>
        ))}
      </div>
    </fieldset>
  );
}

export function Tags({ answer, readOnly, keysFrom }: { answer: Answer; readOnly?: boolean; keysFrom: number }) {
  const groups = answer.schema.tags ?? [];
  let index = keysFrom;
  return (
    <>
      {groups.map((group) => {
        const first = index;
        index += group.options.length;
        return <Group key={group.name} answer={answer} group={group} keysFrom={first} readOnly={readOnly ?? false} />;
      })}
      {(answer.schema.attributes ?? []).length > 0 && (
        <ImageQuestions key={answer} answer={answer} readOnly={readOnly ?? false} fallback={() => null} />
      )}
      {wholeTexts(answer.schema).length > 0 && (
        <WholeTexts key={answer} answer={answer} readOnly={readOnly ?? false} fallback={() => null} />
      )}
    </>
  );
}

function Group(props: { answer: Answer; group: TagGroup; keysFrom: number; readOnly: boolean }) {
  const { answer, group, keysFrom, readOnly } = props;
  const [text, setText] = useState('');
  const given = answer.tagsOf(group.name);
  return (
    <fieldset class="wb-group" disabled={readOnly}>
      <legend class="wb-legend">
        {group.name} <small>{takesOne(group) ? say.chooseOne : say.chooseMany}</small>
      </legend>
      {group.options.length >= FILTER_FROM && <Filter text={text} onText={setText} />}
      <div class="wb-chips">
        {filtered(group.options, text).map((option) => (
          <label key={option} class="wb-chip">
            <input
              type={takesOne(group) ? 'radio' : 'checkbox'}
              name={`tag ${group.name}`}
              checked={given.includes(option)}
              onChange={() => {
                if (!takesOne(group) || !given.includes(option)) answer.toggleTag(group, option);
              }}
            />
            <span dir="auto">{option}</span>
            {!readOnly && <Key index={keysFrom + group.options.indexOf(option)} />}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** The tag behind a number key, counted through all groups. */
export function tagAt(answer: Answer, index: number): { group: TagGroup; option: string } | null {
  let left = index;
  for (const group of answer.schema.tags ?? []) {
    const option = group.options[left];
    if (left >= 0 && option !== undefined) return { group, option };
    left -= group.options.length;
  }
  return null;
}
