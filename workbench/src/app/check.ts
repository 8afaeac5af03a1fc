/** What is wrong with a drawn answer, in sentences that point at the mark; loaded with the Editor's tasks only. */
import type { Annotation } from '../model/annotation';
import type { LabelSchema } from '../model/schema';
import { validate } from '../model/validate';
import type { FieldError, Picture } from '../wire';

export function problems(
  schema: LabelSchema,
  picture: Picture,
  annotations: readonly Annotation[],
  nothing: boolean,
): readonly FieldError[] {
  return validate(schema, { annotations, nothing_to_mark: nothing }, [picture]).map(
    ({ annotation, field, code, message }) => ({
      ...(annotation === null ? {} : { annotation }),
      field,
      code,
      message,
    }),
  );
}
