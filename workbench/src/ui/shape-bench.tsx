/** The image with the Editor on it, the tools, the labels and the list of marks; loaded only for tasks that draw. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Bounds } from '../geometry/box';
import { isShape } from '../model/annotation';
import { labelColor, labelRule } from '../model/schema';
import { Editor, type Overlay } from '../render/editor';
import type { Brush } from '../tools/tool';
import { type Answer, isShapeKind } from './answer';
import { Key, Tags } from './choices';
import { lowData } from './device';
import { Icon, IconButton } from './icons';
import { keyOf } from './keymap';
import { lazy } from './lazy';
import { LookButton } from './look-button';
import { penPressure } from './pen';
import { densest, earlyOf } from './picture';
import { MANY_LABELS, recentFirst } from './recent-labels';
import { Sheet } from './sheet';
import { sightOf } from './sight';
import { Looked, Veil } from './stage';
import { say } from './strings';
import { tell, toolName } from './strings-more';
import { tint_percent } from './tint';
import { listIcon, redoIcon, toolIcons, undoIcon } from './tool-icons';
import { wideScreen } from './wide-screen';

/** Only where there are many labels. */
const FindLabel = lazy(async () => (await import('./bench-rest')).FindLabel);
/** Only where there are marks. */
const Peek = lazy(async () => (await import('./bench-rest')).Peek);
/** Only where somebody paints. */
const BrushBar = lazy(async () => (await import('./bench-rest')).BrushBar);
/** Only where a key ends what is begun, or passes over a point of it. */
const FinishBar = lazy(async () => (await import('./bench-rest')).FinishBar);
/** The list of marks with its fields; the image and the tools come first. */
const Regions = lazy(async () => (await import('./bench-rest')).Regions);

export interface ShapeBenchProps {
  readonly answer: Answer;
  readonly readOnly?: boolean | undefined;
  readonly overlays?: readonly Overlay[] | undefined;
  /** Ids of marks that are not shown. */
  readonly hidden?: readonly string[] | undefined;
  /** The part of the image that is spoken of now, in pixels: it is brought to the eye whenever it changes. */
  readonly place?: Bounds | null | undefined;
  readonly sensitive?: boolean | undefined;
  /** Marks without the list of them: a moderator's one box. */
  readonly plain?: boolean | undefined;
  readonly children?: ComponentChildren;
}

export function ShapeBench(props: ShapeBenchProps) {
  const { answer, plain, readOnly } = props;
  const listOpen = useSignal(false);
  /** The image is there, or will not come: what it does not need may be fetched. */
  const settled = useSignal(false);
  const listed = !plain && settled.value;
  return (
    <>
      <div class="wb-stage">
        <Canvas {...props} onSettled={() => (settled.value = true)} />
        <div class="wb-low">
          <Zoom answer={answer} readOnly={readOnly} />
          {listed && !wideScreen.value && (
            <div class="wb-inline-selected">
              {<Regions answer={answer} readOnly={readOnly ?? false} onlySelected fallback={() => null} />}
            </div>
          )}
        </div>
        <Looked answer={answer} />
        {props.sensitive && <Veil />}
      </div>
      {/* Read only, the deck holds no button, and a keyboard could not scroll it on a phone. */}
      <section class="wb-deck" aria-label={tell.tools} tabIndex={readOnly ? 0 : undefined}>
        {!readOnly && <Tools answer={answer} onList={plain ? null : () => (listOpen.value = true)} />}
        {!readOnly && !plain && <Labels answer={answer} />}
        {listed && wideScreen.value && (
          <div class="wb-inline-regions">
            {<Regions answer={answer} readOnly={readOnly ?? false} onlySelected={false} fallback={() => null} />}
          </div>
        )}
        {!plain && <Tags answer={answer} readOnly={readOnly ?? false} keysFrom={answer.schema.labels.length} />}
        {props.children}
      </section>
      {listOpen.value && (
        <Sheet title={tell.marksTitle} onClose={() => (listOpen.value = false)}>
          <Regions
            answer={answer}
            readOnly={readOnly ?? false}
            onlySelected={false}
            onLeave={() => (listOpen.value = false)}
            fallback={() => null}
          />
        </Sheet>
      )}
    </>
  );
}

/** The row of zoom, and above a thumb's list of marks the chosen one: a tap on the image's lower corner must not meet them. */
const ZOOM_ROW_PX = 56;
const CHOSEN_PX = 56;

/** From one image to the next; the width goes with the image. */
let brushInHand: Partial<Brush> = {};
/** Labels of marks, the newest first, and the one in the hand. */
let usedBefore: readonly string[] = [];
let lastLabel: string | null = null;
/** The image before was left by keys: the focus that went with it goes on here. */
let byKeys = false;

const shapeLabels = ({ schema }: Answer) => schema.labels.filter(({ kinds }) => kinds.some(isShapeKind));
const usedIn = (answer: Answer) => [
  ...answer.drawn.value
    .filter(isShape)
    .map(({ label }) => label)
    .reverse(),
  ...usedBefore,
];

/** Owns the Editor: made when the place is there, gone with it. One Editor for each answer. */
function Canvas(props: ShapeBenchProps & { onSettled: () => void }) {
  const { answer, readOnly, overlays, hidden, place } = props;
  const host = useRef<HTMLDivElement>(null);
  const failed = useSignal(false);
  const sight = sightOf(answer);
  // While the image is still on the page: an effect is cleaned up when it has gone.
  useLayoutEffect(
    () => () => {
      byKeys = !!document.querySelector(':focus-visible');
    },
    [],
  );
  useEffect(() => {
    const editor = new Editor({
      host: host.current!,
      schema: answer.schema,
      image: answer.picture,
      early: earlyOf(answer.picture),
      imageDensity: lowData.peek() ? densest() : undefined,
      annotations: [...answer.drawn.peek()],
      readOnly: readOnly ?? false,
      below: { always_px: ZOOM_ROW_PX, spare_px: ZOOM_ROW_PX + (props.plain || wideScreen.peek() ? 0 : CHOSEN_PX) },
      pressure: () => penPressure.peek(),
      description: say.canvas,
      hints: tell.hints,
      renew: async () => (await answer.renew?.())?.sources ?? null,
      serverAssist: answer.serverAssist,
      shell: { undo: () => answer.undo(), redo: () => answer.redo() },
      onStep: () => {
        answer.steps.value += 1;
      },
      onChange: (annotations, reason) => answer.drew(annotations, reason),
      onSelect: (ids) => {
        answer.selected.value = ids;
      },
      onToolChange: (tool, label) => {
        answer.tool.value = tool;
        answer.label.value = label;
        const { mode } = editor.brush;
        if (mode !== answer.brush.peek().mode) answer.hint.value = tell.brushModes[mode];
        answer.brush.value = editor.brush;
      },
      onHint: (text) => {
        answer.hint.value = text;
      },
      onLive: (shape) => {
        answer.live.value = shape;
      },
      onImage: (shown) => {
        answer.ready.value = shown;
        failed.value = !shown;
        props.onSettled();
      },
    });
    const history = answer.savedHistory?.editor;
    if (history) {
      try {
        editor.restoreHistory(history as ReturnType<Editor['serializeHistory']>);
      } catch {
        // A history of an older page: the marks are there, only undo starts anew.
      }
    }
    if (!readOnly && answer.label.peek() === null) {
      const labels = shapeLabels(answer);
      const sticky = labels.length > MANY_LABELS && labels.find(({ name }) => name === lastLabel);
      const first = sticky || labels[0];
      if (first) editor.setLabel(first.name);
    }
    answer.editor.value = editor;
    answer.run = (command) => run(answer, editor, command);
    const raise = () => {
      sight.peek.value = false;
    };
    window.addEventListener('keyup', raise);
    window.addEventListener('blur', raise);
    if (!readOnly) editor.setBrush(brushInHand);
    answer.brush.value = editor.brush;
    if (byKeys && (!readOnly || document.activeElement === document.body)) editor.focus();
    return () => {
      window.removeEventListener('keyup', raise);
      window.removeEventListener('blur', raise);
      answer.run = () => false;
      const { square, mode, tolerance } = editor.brush;
      brushInHand = { square, mode, tolerance };
      usedBefore = [...new Set(usedIn(answer))].slice(0, MANY_LABELS);
      lastLabel = editor.label;
      answer.keepEditorHistory(editor.serializeHistory());
      answer.editor.value = null;
      editor.destroy();
    };
  }, []);
  useEffect(() => {
    answer.editor.value?.setOverlays([...(overlays ?? [])]);
  }, [overlays, answer.editor.value]);
  useEffect(() => {
    if (place) answer.editor.value?.zoomToPlace(place);
  }, [place, answer.editor.value]);
  const unseen = sight.unseen.value;
  useEffect(() => {
    answer.editor.value?.setHidden([...(hidden ?? []), ...unseen]);
  }, [hidden, unseen, answer.editor.value]);
  useEffect(() => {
    answer.editor.value?.setLocked(sight.locked.value);
  }, [sight.locked.value, answer.editor.value]);
  useEffect(() => {
    answer.editor.value?.setFillOpacity(sight.outlines.value ? 0 : tint_percent.value / 100);
  }, [sight.outlines.value, tint_percent.value, answer.editor.value]);
  return (
    <>
      <div class="wb-canvas" ref={host} />
      {!readOnly && (
        <output class="wb-hidden" aria-live="polite">
          {tell.marks(answer.marks.length)}
        </output>
      )}
      {!readOnly && answer.hint.value && (
        <output class="wb-hint" aria-live="polite">
          {answer.hint.value}
        </output>
      )}
      {failed.value && (
        <div class="wb-card wb-photo-failed" role="alert">
          <p>{say.imageFailed}</p>
          <button
            type="button"
            class="wb-button"
            onClick={() => {
              failed.value = false;
              answer.editor.value?.fetchImage();
            }}
          >
            {say.tryAgain}
          </button>
        </div>
      )}
    </>
  );
}

function Zoom({ answer, readOnly }: Pick<ShapeBenchProps, 'answer' | 'readOnly'>) {
  return (
    <div class="wb-zoom">
      {answer.marks.length > 0 && !readOnly && <Peek answer={answer} fallback={() => null} />}
      <IconButton
        icon="plus"
        label={say.zoomIn}
        keys={keyOf('zoom_in', '+')}
        onClick={() => answer.editor.value?.zoomIn()}
      />
      <IconButton
        icon="minus"
        label={say.zoomOut}
        keys={keyOf('zoom_out', '-')}
        onClick={() => answer.editor.value?.zoomOut()}
      />
      <IconButton icon="fit" label={say.fit} keys={keyOf('fit', 'F')} onClick={() => answer.editor.value?.fit()} />
      <LookButton />
    </div>
  );
}

/** Commands for the marks and the view; every other one is the page's. */
function run(answer: Answer, editor: Editor, command: string): boolean {
  const selected = answer.selected.value;
  if (command === 'delete') {
    const { locked } = sightOf(answer);
    editor.remove(selected.filter((id) => !locked.value.includes(id)));
    return selected.length > 0;
  }
  if (command === 'copy' || command === 'paste') {
    // Chosen words are what the browser copies.
    if (command === 'copy' && (selected.length === 0 || String(getSelection()))) return false;
    import('./bench-rest').then((rest) => rest[command](answer));
    return true;
  }
  if (command === 'find') {
    const field = document.querySelector<HTMLElement>('.wb-find');
    field?.focus();
    return !!field;
  }
  if (command.startsWith('label.')) return relabel(answer, editor, command.slice('label.'.length));
  return sightOf(answer).run(command) || editor.run(command);
}

function relabel(answer: Answer, editor: Editor, label: string): boolean {
  const kinds: readonly string[] = labelRule(answer.schema, label)?.kinds ?? [];
  const shapes = answer.drawn.value.filter(
    ({ id, kind }) => answer.selected.value.includes(id) && kinds.includes(kind),
  );
  for (const { id } of shapes) editor.changeLabel(id, label);
  return shapes.length > 0;
}

function Tools({ answer, onList }: { answer: Answer; onList: (() => void) | null }) {
  const editor = answer.editor.value;
  const tools = editor?.tools();
  const painting = tools?.some(({ active, kind }) => active && kind === 'mask');
  return (
    <div class="wb-tools" role="toolbar" aria-label={tell.tools}>
      <IconButton
        icon={undoIcon}
        label={say.undo}
        keys="Control+Z"
        disabled={!answer.canUndo.value}
        onClick={() => answer.undo()}
      />
      <IconButton
        icon={redoIcon}
        label={say.redo}
        keys="Control+Shift+Z"
        disabled={!answer.canRedo.value}
        onClick={() => answer.redo()}
      />
      {/* Not over the image: a row that grows there slides its buttons under the next tap. */}
      {answer.offers.value.length > 0 && <FinishBar answer={answer} fallback={() => null} />}
      <span class="wb-rule" />
      <div class="wb-tool-row">
        {tools?.map(({ name, title, key, icon = toolIcons[name] }) => (
          <button
            key={name}
            type="button"
            class="wb-icon-button"
            aria-pressed={answer.tool.value === name}
            aria-label={toolName(name, title)}
            aria-keyshortcuts={keyOf(`tool.${name}`, key)}
            title={`${toolName(name, title)} (${keyOf(`tool.${name}`, key)})`}
            onClick={() => editor!.setTool(name)}
          >
            {icon ? <Icon path={icon} /> : <span class="wb-tool-name">{toolName(name, title)}</span>}
          </button>
        ))}
      </div>
      {onList && (
        <button
          type="button"
          class="wb-button wb-list-button"
          aria-label={tell.marks(answer.marks.length)}
          onClick={onList}
        >
          <Icon {...listIcon} />
          {answer.marks.length}
        </button>
      )}
      {painting && editor && <BrushBar answer={answer} editor={editor} fallback={() => <div class="wb-brush" />} />}
    </div>
  );
}

function Labels({ answer }: { answer: Answer }) {
  const editor = answer.editor.value;
  const filter = useSignal('');
  const labels = shapeLabels(answer);
  const names = labels.map(({ name }) => name);
  const wanted = filter.value.trim().toLocaleLowerCase();
  const found = recentFirst(names, usedIn(answer)).filter((name) => name.toLocaleLowerCase().includes(wanted));
  return (
    <div class="wb-labels" role="toolbar" aria-label={say.labels}>
      {labels.length > MANY_LABELS && (
        <FindLabel filter={filter} first={found[0]} editor={editor} fallback={() => <i class="wb-input wb-find" />} />
      )}
      {found.map((name) => {
        // Its key is its place in the schema, wherever its chip is: a key that changes its meaning cannot be learnt.
        const index = names.indexOf(name);
        return (
          <button
            key={name}
            type="button"
            class="wb-chip wb-label"
            aria-pressed={answer.label.value === name}
            onClick={() => editor?.setLabel(name)}
          >
            <Swatch color={labelColor(answer.schema, name)} />
            <span dir="auto">{name}</span>
            <Key index={index} />
          </button>
        );
      })}
    </div>
  );
}

/** An attribute of SVG, not a style: the page's policy allows no inline styles. */
export function Swatch({ color }: { color: string }) {
  return (
    <svg class="wb-swatch" viewBox="0 0 10 10" aria-hidden="true">
      <rect width="10" height="10" rx="2" fill={color} />
    </svg>
  );
}
