/** What is wrong with a drawn answer, in sentences that point at the mark; loaded with the Editor's tasks only. */
import type { Annotation } from '../model/annotation';
import type { LabelSchema } from '../model/schema';
import { validate } from '../model/validate';
import arabic from '../ui/arabic/faults.json?url';
import spanish from '../ui/spanish/faults.json?url';
import { spoken } from '../ui/strings';
import type { FieldError, Picture } from '../wire';
import { faultText } from './fault-text';

const LISTS: Readonly<Record<string, string>> = { ar: arabic, es: spanish };

/** English is what the rules themselves say. Without a line the list may not come: a fault in English is better than none. */
const list = LISTS[spoken ?? ''];
let faults: Promise<Readonly<Record<string, string>>> | undefined;

export async function problems(
  schema: LabelSchema,
  picture: Picture,
  annotations: readonly Annotation[],
  nothing: boolean,
): Promise<readonly FieldError[]> {
  // Now, and not with this module: it comes with others, and most of those who load them never ask.
  faults ??= list
    ? fetch(list)
        .then((answer) => answer.json())
        .catch(() => ({}))
    : Promise.resolve({});
  const said = await faults;
  return validate(schema, { annotations, nothing_to_mark: nothing }, [picture]).map(
    ({ annotation, field, code, message }) => ({
      ...(annotation === null ? {} : { annotation }),
      field,
      code,
      message: faultText(message, said),
    }),
  );
}
