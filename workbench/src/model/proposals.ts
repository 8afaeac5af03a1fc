/** How a suggestion comes into the document, and becomes the worker's own. */
import type { components } from '../openapi';
import type { Annotation, Assist } from './annotation';
import type { Change, Edit, PutChange } from './edit';
import { enterNotes, type Helper, isSuggestion, type NoteWork, type Sent } from './suggestions';

type Suggestions = components['schemas']['Suggestions'];

/** Marks to begin with. Under ids of their own: those of the model may be those of our tags. */
export function proposed(suggestions: Suggestions | null): readonly Annotation[] {
  const { source, version, annotations } = suggestions ?? { source: '', version: 0, annotations: [] };
  const ids = new Map(annotations.map(({ id }, i) => [id, `s${i + 1}`]));
  return annotations.map(({ confidence, ...annotation }) => {
    const { id, of } = annotation as { id: string; of?: string };
    const suggestion = { source, version: String(version), ...(typeof confidence === 'number' && { confidence }) };
    // The server has checked it against the schema as it checks answers.
    const checked = annotation as unknown as Annotation;
    return { ...checked, id: ids.get(id)!, ...(of !== undefined && { of: ids.get(of)! }), suggestion } as Annotation;
  });
}

function taken({ suggestion, ...annotation }: Annotation, edited: boolean): Annotation {
  const { source, by = `suggestion:${source}`, version } = suggestion!;
  return { ...annotation, assist: { by, ...(version !== undefined && { version }), edited } } as Annotation;
}

/** The annotation after a change by hand. */
function changed(annotation: Annotation): Annotation {
  if (isSuggestion(annotation)) return taken(annotation, true);
  const { assist } = annotation;
  return assist === undefined || assist.edited
    ? annotation
    : { ...annotation, assist: { ...assist, edited: true } as Assist };
}

const ofShape = (annotation: Annotation | null): string | undefined =>
  annotation?.kind === 'text' ? annotation.of : undefined;

/** Accepts these suggestions as they are, with the texts read from them; null when none is one. */
function accepted(list: readonly Annotation[], ids: readonly string[]): Edit | null {
  const changes = list.flatMap((before, index): PutChange[] => {
    const meant = ids.includes(before.id) || ids.includes(ofShape(before) ?? '');
    return meant && isSuggestion(before) ? [{ do: 'put', index, before, after: taken(before, false) }] : [];
  });
  return changes.length === 0 ? null : { reason: 'accept', changes };
}

/**
 * An edit by hand makes what it touches the worker's own: a suggestion becomes a mark (with its text, and the text with
 * its shape), and what helped is noted as edited. `list` is the document before the edit.
 */
function owned(list: readonly Annotation[], edit: Edit): Edit {
  if (!list.some(({ suggestion, assist }) => suggestion !== undefined || assist?.edited === false)) return edit;
  const touched = new Set<string>();
  const changes = edit.changes.map((change): Change => {
    if (change.do === 'put' && change.before !== null && change.after !== null) {
      touched.add(change.after.id);
      return { ...change, after: changed(change.after) };
    }
    return change;
  });
  // Their notes are changed by a put of its own, which comes first, while every index still holds.
  const notes: PutChange[] = [];
  const flipped = new Set(edit.changes.flatMap((change) => (change.do === 'flip' ? [change.id] : [])));
  const shapes = new Set(
    edit.changes.flatMap((change) => (change.do === 'put' && change.after ? [ofShape(change.after) ?? ''] : [])),
  );
  list.forEach((before, index) => {
    const partner = shapes.has(before.id) || touched.has(ofShape(before) ?? '') || flipped.has(ofShape(before) ?? '');
    const after = flipped.has(before.id)
      ? changed(before)
      : partner && !touched.has(before.id) && isSuggestion(before)
        ? taken(before, false)
        : before;
    if (after !== before) notes.push({ do: 'put', index, before, after });
  });
  return { ...edit, changes: [...notes, ...changes] };
}

/** The edit of a mark that had no help so far: somebody has helped with a part of it. */
function helped(list: readonly Annotation[], edit: Edit, id: string, helper: Helper): Edit {
  const index = list.findIndex((annotation) => annotation.id === id);
  const before = list[index];
  if (before === undefined || before.assist !== undefined || isSuggestion(before)) return edit;
  const after = { ...before, assist: { by: helper.by, version: helper.version, edited: true } } as Annotation;
  return { ...edit, changes: [{ do: 'put', index, before, after }, ...edit.changes] };
}

/** The annotations of an answer with the notes that came beside it. */
export const withNotes = (
  annotations: readonly Annotation[],
  assists: Readonly<Record<string, Assist>> = {},
): readonly Annotation[] =>
  annotations.map((annotation) => {
    const assist = assists[annotation.id];
    return assist === undefined ? annotation : { ...annotation, assist };
  });

/** What of the marks is the answer, and what helped with it. */
function withoutNotes(list: readonly Annotation[]): Sent {
  const own = list.filter((annotation) => !isSuggestion(annotation));
  return {
    annotations: own.map((annotation) => {
      if (annotation.assist === undefined) return annotation;
      const { assist: _, ...plain } = annotation;
      return plain as Annotation;
    }),
    assists: Object.fromEntries(own.flatMap(({ id, assist }) => (assist === undefined ? [] : [[id, assist]]))),
  };
}

enterNotes({ accepted, owned, helped, withoutNotes } satisfies NoteWork);
