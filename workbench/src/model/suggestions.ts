/**
 * What a model proposes. It lies in the document like any mark, so that it is seen, selected, undone and kept in drafts,
 * with a note that it is a suggestion; accepting or changing it turns the note into one of what helped. What still has
 * the note when the answer is sent is left behind. The code for it (proposals.ts) comes with the first note.
 */
import type { Annotation, Assist } from './annotation';
import type { Edit } from './edit';

export const isSuggestion = ({ suggestion }: Annotation): boolean => suggestion !== undefined;

export interface Sent {
  readonly annotations: readonly Annotation[];
  /** By id of the annotation. */
  readonly assists: Readonly<Record<string, Assist>>;
}

/** Who helped with a mark. */
export interface Helper {
  readonly by: string;
  readonly version: string;
}

export interface NoteWork {
  accepted(list: readonly Annotation[], ids: readonly string[]): Edit | null;
  owned(list: readonly Annotation[], edit: Edit): Edit;
  helped(list: readonly Annotation[], edit: Edit, id: string, helper: Helper): Edit;
  withoutNotes(list: readonly Annotation[]): Sent;
}

let entered: NoteWork | null = null;

export function enterNotes(work: NoteWork): void {
  entered = work;
}

/** Null while there is no note anywhere. */
export const noteWork = (): NoteWork | null => entered;

/** What of the marks is the answer, and what helped with it. */
export const withoutNotes = (list: readonly Annotation[]): Sent =>
  entered?.withoutNotes(list) ?? { annotations: list, assists: {} };
