/** The work page: one task at a time, on a phone held upright first. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Assignment } from '../wire';
import { type Answer, needsEditor, oneTapGroup } from './answer';
import { dollars, dollarsPerThousand } from './format';
import { Icon, IconButton } from './icons';
import { commandOf, keyOf } from './keymap';
import { PAGE_KEYS, pickByNumber, shellKey } from './keys';
import { lazy } from './lazy';
import { Bench } from './stage';
import { say } from './strings';
import { typing } from './typing';
import type { Panel, WorkDesk } from './work-desk';

const Reading = lazy(async () => (await import('./work-rest')).Reading);
const Elsewhere = lazy(async () => (await import('./work-rest')).Elsewhere);
const Notices = lazy(async () => (await import('./work-rest')).Notices);
const Panels = lazy(async () => (await import('./work-rest')).Panels);

export function WorkPage({ desk }: { desk: WorkDesk }) {
  const panel = useSignal<Panel>(null);
  const reading = useSignal(false);
  const phase = desk.phase.value;
  const task = phase.kind === 'task' ? phase : null;

  const read = () => {
    reading.value = !reading.value;
    if (reading.value) void desk.loadGuideline();
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || panel.value || desk.pause.value) return;
      const sends = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      if (typing(event) && !sends) return;
      if (workKey(event, desk, (name) => (panel.value = name), read)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    // Not with the page, where every kilobyte waits, and not on the button either, where there may be no line.
    window.addEventListener('pointerdown', loadRest, { once: true });
    window.addEventListener('keydown', loadRest, { once: true });
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return (
    <div class={`wb ${reading.value && task ? 'wb-reading' : ''}`}>
      <Bar desk={desk} task={task?.assignment ?? null} onGuideline={read} onKeys={() => (panel.value = 'keys')} />
      {notable(desk) && <Notices desk={desk} onOutbox={() => (panel.value = 'outbox')} fallback={() => null} />}
      {task ? (
        <Task desk={desk} answer={task.answer} assignment={task.assignment} onPanel={(name) => (panel.value = name)} />
      ) : phase.kind === 'opening' ? (
        <Opening lost={false} waiting={0} />
      ) : (
        <Elsewhere
          desk={desk}
          fallback={() => <Opening lost={phase.kind === 'unreachable'} waiting={desk.waiting.value.length} />}
        />
      )}
      {reading.value && task && (
        <Reading
          guideline={desk.guideline.value}
          failed={desk.guidelineFailed.value}
          about={task.answer.label.value}
          onClose={read}
          fallback={() => null}
        />
      )}
      {(panel.value || desk.pause.value) && (
        <Panels
          desk={desk}
          panel={panel.value}
          task={task?.assignment ?? null}
          onClose={() => (panel.value = null)}
          fallback={() => null}
        />
      )}
      <Toast desk={desk} />
    </div>
  );
}

function loadRest(): void {
  const parts = [Panels, Notices, Elsewhere, Reading].map((part) => part.load());
  // Its words with it, not after it: a request costs 562 ms on a slow line.
  for (const part of [import('./strings-rest'), ...parts]) part.catch(() => undefined);
}

function Opening({ lost, waiting }: { lost: boolean; waiting: number }) {
  return (
    <div class="wb-page">
      <p class="wb-quiet" role="status">
        {lost ? say.unreachableText : say.loading} {waiting > 0 && say.sending(waiting)}
      </p>
    </div>
  );
}

/** Is there anything to say between the bar and the image? Mostly not, and then its code is not fetched. */
const notable = (desk: WorkDesk): boolean =>
  desk.errors.value.length > 0 ||
  desk.held.value.length > 0 ||
  desk.leaseLeft.value !== null ||
  desk.newerDraft.value ||
  desk.otherDraft.value ||
  desk.signedOut.value ||
  desk.offline.value ||
  desk.stuck.value;

/** Leaving a text field is what commits it: for the image, so that the keys go on there. */
function submit(desk: WorkDesk, { editor }: Answer): void {
  const field = document.activeElement;
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement) {
    editor.value?.focus();
    field.blur();
  }
  void desk.submit();
}

/** True when the key meant something. */
function workKey(event: KeyboardEvent, desk: WorkDesk, open: (panel: Panel) => void, read: () => void): boolean {
  const phase = desk.phase.value;
  if (phase.kind !== 'task') return false;
  const { answer } = phase;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.code === 'KeyZ' && desk.undoable.value !== null && answer.changes.value === 0) {
    void desk.undoSend();
    return true;
  }
  if (event.key === 'Enter') {
    // A focused button answers Enter by itself; Ctrl+Enter submits from anywhere.
    const button = (event.target as Element).closest?.('button, a, summary');
    if (button && !command) return false;
    submit(desk, answer);
    return true;
  }
  const name = commandOf(event, PAGE_KEYS);
  if (name === 'guideline') read();
  else if (name === 'nothing' && mayBeNothing(answer)) void desk.submitNothing();
  else if (name !== null && name !== 'nothing' && name !== 'look') open(name);
  else return shellKey(event, answer) || pickByNumber(event, answer, (option) => void desk.choose(option));
  return true;
}

function Bar(props: { desk: WorkDesk; task: Assignment | null; onGuideline: () => void; onKeys: () => void }) {
  const { desk, task } = props;
  return (
    <header class="wb-bar">
      <a class="wb-icon-button" href={desk.backUrl} aria-label={say.back} title={say.back}>
        <Icon name="back" />
      </a>
      <div class="wb-title">
        <b dir="auto">{desk.projectName}</b>
        {task ? <Pay task={task} /> : null}
      </div>
      <span class="wb-session">
        {desk.done.value > 0 && say.session(desk.done.value, dollars(desk.pendingMicros.value))}
      </span>
      <IconButton
        class="wb-desk-only"
        icon="keys"
        label={say.keys}
        keys={keyOf('keys', PAGE_KEYS.keys)}
        onClick={props.onKeys}
      />
      <button
        type="button"
        class="wb-button wb-guide-button"
        aria-keyshortcuts={keyOf('guideline', PAGE_KEYS.guideline)}
        onClick={props.onGuideline}
      >
        <Icon name="book" />
        {say.guideline}
      </button>
    </header>
  );
}

function Pay({ task: { pay } }: { task: Assignment }) {
  const varies = pay.max_micros > pay.base_micros;
  const each = varies ? say.range(dollars(pay.base_micros), dollars(pay.max_micros)) : dollars(pay.base_micros);
  const thousand = say.perThousand(dollarsPerThousand(pay.base_micros));
  return (
    <small class="wb-pay">
      {each}
      <span class="wb-roomy">{say.aTask}</span> · {varies ? say.from(thousand) : thousand}
    </small>
  );
}

function Saved({ desk }: { desk: WorkDesk }) {
  const state = desk.saved.value;
  if (state === 'none') return null;
  // That all is well goes without saying.
  const isBad = state === 'failed' || state === 'memory';
  const text = {
    saving: say.saving,
    device: say.savedDevice,
    memory: say.savedMemory,
    server: say.savedServer,
    failed: say.notSaved,
  }[state];
  return (
    <span class={`wb-saved wb-saved-${state}`} role="status" aria-live={isBad ? 'polite' : 'off'}>
      {text}
    </span>
  );
}

/** Nothing is drawn or written, and that can be the answer: then it takes the place of Submit. */
const mayBeNothing = ({ schema, drawn, own, isOpen }: Answer): boolean =>
  !!schema.allow_nothing &&
  needsEditor(schema) &&
  !isOpen.value &&
  drawn.value.length === 0 &&
  own.value.every(({ kind }) => kind === 'tag');

function Task(props: { desk: WorkDesk; answer: Answer; assignment: Assignment; onPanel: (panel: Panel) => void }) {
  const { desk, answer, assignment } = props;
  const oneTap = oneTapGroup(answer.schema);
  const empty = mayBeNothing(answer);
  return (
    <>
      <Bench answer={answer} sensitive={assignment.sensitive} onChoose={(option) => void desk.choose(option)} />
      <footer class="wb-foot">
        <button
          type="button"
          class="wb-button wb-skip"
          aria-keyshortcuts={keyOf('skip', PAGE_KEYS.skip)}
          onClick={() => props.onPanel('skip')}
        >
          <Icon name="skip" />
          {say.skip}
        </button>
        <IconButton
          icon="flag"
          label={say.flag}
          keys={keyOf('flag', PAGE_KEYS.flag)}
          onClick={() => props.onPanel('flag')}
        />
        <span class="wb-push">
          <Saved desk={desk} />
        </span>
        {empty && (
          <button
            type="button"
            class="wb-button wb-primary"
            aria-keyshortcuts={keyOf('nothing', PAGE_KEYS.nothing)}
            onClick={() => void desk.submitNothing()}
          >
            {say.nothing}
          </button>
        )}
        {!oneTap && !empty && (
          <button
            type="button"
            class="wb-button wb-primary wb-submit"
            aria-keyshortcuts="Enter"
            onClick={() => submit(desk, answer)}
          >
            {say.submit}
          </button>
        )}
      </footer>
    </>
  );
}

function Toast({ desk }: { desk: WorkDesk }) {
  const text = desk.undoable.value;
  return (
    <div class="wb-toast-place" aria-live="polite">
      {text !== null && (
        <div class="wb-toast">
          <span dir="auto">{text}</span>
          <button type="button" class="wb-toast-button" onClick={() => void desk.undoSend()}>
            {say.undo}
          </button>
        </div>
      )}
    </div>
  );
}
