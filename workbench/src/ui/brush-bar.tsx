/** The size of the brush, and what tidies the painted mark. */
import type { Editor } from '../render/editor';
import type { Answer } from './answer';
import { IconButton } from './icons';
import { tell } from './strings-more';

const holesIcon = { path: 'M4 12a8 8 0 1 1 16 0 8 8 0 0 1-16 0M12 9.500v5M9.500 12h5' };
const largestIcon = { path: 'M5 11a5 5 0 1 1 10 0 5 5 0 0 1-10 0M17.500 16.500l3 3M20.500 16.500l-3 3' };

export function BrushBar({ answer, editor }: { answer: Answer; editor: Editor }) {
  const [selected] = answer.selected.value;
  const mask = answer.drawn.value.find(({ id, kind }) => id === selected && kind === 'mask');
  return (
    <fieldset class="wb-group wb-brush" aria-label={tell.tool.brush}>
      <BrushSize answer={answer} editor={editor} />
      <IconButton
        icon={holesIcon}
        label={tell.fillHoles}
        disabled={!mask}
        onClick={() => mask && editor.cleanMask(mask.id, 'holes')}
      />
      <IconButton
        icon={largestIcon}
        label={tell.largestPart}
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
  const across = Math.round(2 * answer.brush.value);
  return (
    <label class="wb-brush-range">
      <span class="wb-hidden">{tell.brushSize}</span>
      <input
        class="wb-range"
        type="range"
        min="0"
        max={SLIDER_STEPS}
        value={Math.round((SLIDER_STEPS * Math.log(across)) / Math.log(widest))}
        aria-valuetext={tell.pixelsWide(across)}
        onInput={(event) => {
          const share = event.currentTarget.valueAsNumber / SLIDER_STEPS;
          editor.setBrush({ radius_px: Math.round(widest ** share) / 2 });
        }}
      />
      <output class="wb-brush-size" aria-hidden="true">
        {across}
      </output>
    </label>
  );
}
