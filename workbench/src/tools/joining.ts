/** Proposals that are accepted beside what is there already. Masks enter how: their pixels obey the mode of the brush. */
import type { Annotation } from '../model/annotation';
import type { Edit } from '../model/edit';
import type { Bench } from './tool';

/** The edit that accepts, for the list it is applied to; null when nothing is left to accept. */
export type Joining = (bench: Bench, list: readonly Annotation[], edit: Edit) => Edit | null;

let join: Joining = (_bench, _list, edit) => edit;

export function enterJoining(entered: Joining): void {
  join = entered;
}

export const joining: Joining = (bench, list, edit) => join(bench, list, edit);
