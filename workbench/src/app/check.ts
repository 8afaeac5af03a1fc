/** What is wrong with a drawn answer, in sentences that point at the mark. */
import type { Annotation } from '../model/annotation';
import type { LabelSchema } from '../model/schema';
import type { FieldError, Picture } from '../wire';

export function problems(
  _schema: LabelSchema,
  _picture: Picture,
  _annotations: readonly Annotation[],
  _nothing: boolean,
): readonly FieldError[] {
  return [];
}
