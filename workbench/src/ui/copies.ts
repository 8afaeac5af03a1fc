/** Marks that are copied: beside their originals, or onto the next image of this page. */
import { isShape, type ShapeAnnotation } from '../model/annotation';
import { modelOf } from '../model/kind';
import { labelRule } from '../model/schema';
import { boundsOf, moved } from '../model/shape';
import { isSuggestion } from '../model/suggestions';
import type { Answer } from './answer';
import { markWords } from './strings-rest';

/** How far a copy lies beside its original, on the screen. */
const BESIDE_PX = 12;

let copied: readonly ShapeAnnotation[] = [];

/** Keeps the selected marks for `paste`; what is only suggested is nobody's mark yet. */
export function copy({ drawn, selected }: Answer): void {
  const chosen = drawn.value.filter(isShape).filter((one) => selected.value.includes(one.id) && !isSuggestion(one));
  if (chosen.length > 0) copied = chosen;
}

/**
 * Puts what was copied into its place on this image, or beside the mark that is there already: with its label and its
 * attributes, without its text. What another image or a newer schema cannot have is left away, and so is what would lie
 * exactly upon a mark, where nobody sees it: a mask, which does not move, and what fills the image.
 */
export function paste({ drawn, schema, picture, editor, hint }: Answer): void {
  const place = (one: ShapeAnnotation) => String(boundsOf(one));
  const places = drawn.value.filter(isShape).map(place);
  const beside = BESIDE_PX / editor.value!.view.scale;
  const pasted = copied.flatMap((one) => {
    const rule = labelRule(schema, one.label);
    if (!(rule?.kinds as readonly string[] | undefined)?.includes(one.kind)) return [];
    // At the border of the image there is room on the other side only.
    const put = [one, ...[beside, -beside].map((by) => moved(one, by, by, picture))].find(
      (each) => !places.includes(place(each)),
    );
    return put && modelOf(put.kind).problem(put, rule!, picture) === null ? [put] : [];
  });
  if (pasted.length === 0) {
    if (copied.length > 0) hint.value = markWords.notPasted;
    return;
  }
  editor.value!.add(pasted);
  // The next one lies beside this one.
  copied = pasted;
}
