/** The work page: one task at a time, on a phone held upright first. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Assignment } from '../wire';
import { type Answer, needsEditor, oneTapGroup } from './answer';
import { place, tagAt } from './choices';
import { dollars, dollarsPerThousand } from './format';
import { Icon, IconButton } from './icons';
import { wideScreen } from './layout';
import { lazy } from './lazy';
import { typing } from './photo';
import { Sheet } from './sheet';
import { Bench } from './stage';
import { say } from './strings';
import type { Panel, WorkDesk } from './work-desk';

const GuidelineText = lazy(async () => (await import('./guideline')).GuidelineText);
const Elsewhere = lazy(async () => (await import('./elsewhere')).Elsewhere);
const Notices = lazy(async () => (await import('./notices')).Notices);
const Panels = lazy(async () => (await import('./work-sheets')).Panels);

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
      if (event.defaultPrevented || event.isComposing || typing(event) || panel.value || desk.pause.value) return;
      if (workKey(event, desk, (name) => (panel.value = name), read)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    // Not with the page, where every kilobyte waits, and not on the button either, where there may be no line.
    window.addEventListener('pointerdown', loadRest, { once: true });
    window.addEventListener('keydown', loadRest, { once: true });
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const guideline = desk.guideline.value;
  return (
    <div class={`wb ${reading.value && task ? 'wb-reading' : ''}`}>
      <Bar desk={desk} task={task?.assignment ?? null} onGuideline={read} onKeys={() => (panel.value = 'keys')} />
      {notable(desk) && <Notices desk={desk} onOutbox={() => (panel.value = 'outbox')} fallback={() => null} />}
      {task ? (
        <Task
          key={task.assignment.id}
          desk={desk}
          answer={task.answer}
          assignment={task.assignment}
          onPanel={(name) => (panel.value = name)}
        />
      ) : phase.kind === 'opening' ? (
        <Opening lost={false} />
      ) : (
        <Elsewhere desk={desk} fallback={() => <Opening lost={phase.kind === 'unreachable'} />} />
      )}
      {reading.value && task && (
        <Reading onClose={read}>
          {guideline ? (
            <GuidelineText guideline={guideline} fallback={() => null} />
          ) : (
            <p class="wb-quiet">{desk.guidelineFailed.value ? say.noGuideline : say.loadingPage}</p>
          )}
        </Reading>
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
  for (const part of [Panels, Notices, Elsewhere, GuidelineText]) part.load().catch(() => undefined);
}

function Opening({ lost }: { lost: boolean }) {
  return (
    <div class="wb-page">
      <p class="wb-quiet" role="status">
        {lost ? say.unreachableText : say.loading}
      </p>
    </div>
  );
}

/** Is there anything to say between the bar and the image? Mostly not, and then its code is not fetched. */
const notable = (desk: WorkDesk): boolean =>
  desk.errors.value.length > 0 ||
  desk.held.value.length > 0 ||
  desk.leaseLeft.value !== null ||
  desk.newerDraft.value !== null ||
  desk.signedOut.value ||
  desk.offline.value;

/** True when the key meant something. */
function workKey(event: KeyboardEvent, desk: WorkDesk, open: (panel: Panel) => void, read: () => void): boolean {
  const phase = desk.phase.value;
  if (phase.kind !== 'task') return false;
  const { answer } = phase;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.code === 'KeyZ') {
    if (desk.undoable.value !== null && answer.changes.value === 0) void desk.undoSend();
    else if (event.shiftKey) answer.redo();
    else answer.undo();
    return true;
  }
  if (command && event.code === 'KeyY') {
    answer.redo();
    return true;
  }
  if (event.key === 'Enter') {
    // A focused button answers Enter by itself; Ctrl+Enter submits from anywhere.
    const button = (event.target as Element).closest?.('button, a, summary');
    if (button && !command) return false;
    void desk.submit();
    return true;
  }
  if (command || event.altKey) return false;
  if (event.key === '?') open('keys');
  else if (event.code === 'KeyS') open(event.shiftKey ? 'flag' : 'skip');
  else if (event.code === 'KeyG') read();
  else if (event.code === 'KeyN' && mayBeNothing(answer)) void desk.submitNothing();
  else {
    const index = place(event.code);
    if (index !== null) return !event.repeat && pick(desk, answer, index);
    return editorKey(event, answer);
  }
  return true;
}

/** The Editor hears keys only while it has the focus; its tools and its view answer from anywhere on the page. */
function editorKey(event: KeyboardEvent, answer: Answer): boolean {
  const editor = answer.editor.value;
  if (!editor) return false;
  const tool = event.shiftKey ? undefined : editor.tools().find(({ key }) => event.code === `Key${key}`);
  if (tool) editor.setTool(tool.name);
  else if (event.key === '+' || event.key === '=') editor.zoomIn();
  else if (event.key === '-') editor.zoomOut();
  else if (event.code === 'KeyF') editor.fit();
  else if (event.key === 'Delete' || event.key === 'Backspace') editor.remove([...answer.selected.value]);
  else return false;
  return true;
}

/** Number keys: labels first, then tags, in the order they are shown. */
function pick(desk: WorkDesk, answer: Answer, index: number): boolean {
  const group = oneTapGroup(answer.schema);
  if (group) {
    const option = group.options[index];
    if (option !== undefined) void desk.choose(option);
    return option !== undefined;
  }
  const label = answer.schema.labels[index];
  if (label) {
    answer.editor.value?.setLabel(label.name);
    return true;
  }
  const tag = tagAt(answer, index - answer.schema.labels.length);
  if (tag) answer.toggleTag(tag.group, tag.option);
  return tag !== null;
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
      <Saved desk={desk} />
      <span class="wb-session">
        {desk.done.value > 0 && say.session(desk.done.value, dollars(desk.pendingMicros.value))}
      </span>
      <IconButton class="wb-desk-only" icon="keys" label={say.keys} keys="?" onClick={props.onKeys} />
      <button type="button" class="wb-button wb-guide-button" aria-keyshortcuts="g" onClick={props.onGuideline}>
        <Icon name="book" />
        {say.guideline}
      </button>
    </header>
  );
}

function Pay({ task: { pay } }: { task: Assignment }) {
  const each = pay.max_micros > pay.base_micros ? say.upTo(dollars(pay.max_micros)) : dollars(pay.base_micros);
  return (
    <small class="wb-pay">
      {say.perTask(each)}
      <span class="wb-wide-only"> · {say.perThousand(dollarsPerThousand(pay.base_micros))}</span>
    </small>
  );
}

function Saved({ desk }: { desk: WorkDesk }) {
  const state = desk.saved.value;
  if (state === 'none') return null;
  const text = {
    saving: say.saving,
    device: say.savedDevice,
    memory: say.savedMemory,
    server: say.savedServer,
    failed: say.notSaved,
  }[state];
  return (
    <span class={`wb-saved wb-saved-${state}`} role="status">
      {text}
    </span>
  );
}

/** Nothing is drawn or written, and that can be the answer: then it takes the place of Submit. */
const mayBeNothing = ({ schema, drawn, own }: Answer): boolean =>
  !!schema.allow_nothing &&
  needsEditor(schema) &&
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
        <button type="button" class="wb-button" aria-keyshortcuts="s" onClick={() => props.onPanel('skip')}>
          <Icon name="skip" />
          {say.skip}
        </button>
        <IconButton icon="flag" label={say.flag} keys="Shift+S" onClick={() => props.onPanel('flag')} />
        <span class="wb-push" />
        {empty && (
          <button
            type="button"
            class="wb-button wb-primary"
            aria-keyshortcuts="n"
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
            onClick={() => {
              (document.activeElement as HTMLElement | null)?.blur();
              void desk.submit();
            }}
          >
            {say.submit}
          </button>
        )}
      </footer>
    </>
  );
}

/** Beside the image where there is room, over it where there is none. */
export function Reading(props: { onClose: () => void; children: preact.ComponentChildren }) {
  if (!wideScreen.value) {
    return (
      <Sheet title={say.guideline} onClose={props.onClose}>
        {props.children}
      </Sheet>
    );
  }
  return (
    <aside class="wb-guide" aria-label={say.guideline}>
      <header class="wb-sheet-head">
        <h2>{say.guideline}</h2>
        <IconButton icon="close" label={say.close} onClick={props.onClose} />
      </header>
      {props.children}
    </aside>
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
