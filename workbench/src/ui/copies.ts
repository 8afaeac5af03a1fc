/** Marks that are copied: beside their originals, or onto the next image of this page. */
import { isShape, type ShapeAnnotation } from '../model/annotation';
import { modelOf } from '../model/kind';
import { labelRule } from '../model/schema';
import { boundsOf, moved } from '../model/shape';
import { isSuggestion } from '../model/suggestions';
import type { Answer } from './answer';

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
 * attributes, without its text. What another image or a newer schema cannot have is left away.
 */
export function paste({ drawn, schema, picture, editor }: Answer): void {
  const places = new Set(drawn.value.filter(isShape).map((one) => String(boundsOf(one))));
  const beside = BESIDE_PX / editor.value!.view.scale;
  const pasted = copied.flatMap((one) => {
    const rule = labelRule(schema, one.label);
    if (!(rule?.kinds as readonly string[] | undefined)?.includes(one.kind)) return [];
    const put = places.has(String(boundsOf(one))) ? moved(one, beside, beside, picture) : one;
    return modelOf(put.kind).problem(put, rule!, picture) === null ? [put] : [];
  });
  if (pasted.length === 0) return;
  editor.value!.add(pasted);
  // The next one lies beside this one.
  copied = pasted;
}
