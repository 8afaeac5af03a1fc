/** What the brush is and what it does beside other masks, and what tidies the painted mark. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Editor } from '../render/editor';
import { EDITOR_KEYS } from '../tools/commands';
import { MOST_TOLERANCE } from '../tools/tool';
import type { Answer } from './answer';
import { IconButton } from './icons';
import { keyOf } from './keymap';
import { tell } from './strings-more';
import { markWords } from './strings-rest';

const squareIcon = { path: 'M6 6h12v12H6z' };
/** The new mask below on the right, another one above on the left. */
const modeIcons = {
  overlap: { path: 'M4 4h11v11H4zM9 9h11v11H9z' },
  empty: { path: 'M4 4h11v11H4zM15 9h5v11H9v-5' },
  take: { path: 'M9 9h11v11H9zM9 15H4V4h11v5' },
};
const holesIcon = { path: 'M4 12a8 8 0 1 1 16 0 8 8 0 0 1-16 0M12 9.500v5M9.500 12h5' };
const largestIcon = { path: 'M5 11a5 5 0 1 1 10 0 5 5 0 0 1-10 0M17.500 16.500l3 3M20.500 16.500l-3 3' };

export function BrushBar({ answer, editor }: { answer: Answer; editor: Editor }) {
  const [selected] = answer.selected.value;
  const mask = answer.drawn.value.find(({ id, kind }) => id === selected && kind === 'mask');
  const { square, mode, tolerance } = answer.brush.value;
  const tool = answer.tool.value ?? '';
  const hasTip = /^(brush|eraser)$/.test(tool);
  const adds = !/^(eraser|polygon_minus|cutout)$/.test(tool);
  return (
    <fieldset class="wb-group wb-brush" aria-label={tell.tool.brush}>
      {hasTip && <BrushSize answer={answer} editor={editor} />}
      {tool === 'wand' && (
        <Slider
          label={markWords.tolerance}
          most={MOST_TOLERANCE}
          place={tolerance}
          value={tolerance}
          onInput={(tolerance) => editor.setBrush({ tolerance })}
          editor={editor}
        />
      )}
      {hasTip && (
        <IconButton
          icon={squareIcon}
          label={markWords.squareBrush}
          pressed={square}
          keys={keyOf('brush_square', EDITOR_KEYS.brush_square)}
          onClick={() => editor.setBrush({ square: !square })}
        />
      )}
      {adds && (
        <IconButton
          icon={modeIcons[mode]}
          label={tell.brushModes[mode]}
          keys={keyOf('brush_mode', EDITOR_KEYS.brush_mode)}
          onClick={() => editor.run('brush_mode')}
        />
      )}
      <IconButton
        icon={holesIcon}
        label={markWords.fillHoles}
        disabled={!mask}
        onClick={() => mask && editor.cleanMask(mask.id, 'holes')}
      />
      <IconButton
        icon={largestIcon}
        label={markWords.largestPart}
        disabled={!mask}
        onClick={() => mask && editor.cleanMask(mask.id, 'islands')}
      />
    </fieldset>
  );
}

const SLIDER_STEPS = 60;

/** By ratio, so that one pixel and half the image are both easy to hit. */
function BrushSize({ answer, editor }: { answer: Answer; editor: Editor }) {
  const { width, height } = answer.picture;
  const widest = Math.max(2, Math.round(Math.max(width, height) / 2));
  const across = Math.round(2 * answer.brush.value.radius_px);
  return (
    <Slider
      label={markWords.brushSize}
      most={SLIDER_STEPS}
      place={Math.round((SLIDER_STEPS * Math.log(across)) / Math.log(widest))}
      value={across}
      text={markWords.pixelsWide(across)}
      onInput={(place) => editor.setBrush({ radius_px: Math.round(widest ** (place / SLIDER_STEPS)) / 2 })}
      editor={editor}
    />
  );
}

interface SliderProps {
  readonly label: string;
  /** What is shown beside it. */
  readonly value: number;
  readonly text?: string;
  /** Of the handle, from 0 to `most`. */
  readonly place: number;
  readonly most: number;
  readonly onInput: (place: number) => void;
  /** Takes the focus over when the tool that is steered here is laid down by a key. */
  readonly editor: Editor;
}

function Slider({ label, value, text, place, most, onInput, editor }: SliderProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(
    () => () => {
      if (document.activeElement === field.current) editor.focus();
    },
    [],
  );
  return (
    <label class="wb-brush-range" title={label}>
      <span class="wb-hidden">{label}</span>
      <input
        ref={field}
        class="wb-range"
        type="range"
        min="0"
        max={most}
        value={place}
        aria-valuetext={text}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
      <output class="wb-brush-size" aria-hidden="true">
        {value}
      </output>
    </label>
  );
}
