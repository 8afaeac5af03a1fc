/** Drafts on this device whose lease has ended: shown again as long as the server may still take them. */
import { type Api, Refused } from '../transport/api';
import { GRACE_MS, type Shelf } from '../transport/shelf';
import type { Assignment } from '../wire';

/** Of these, the tasks of this project that still take an answer; what was finished elsewhere needs no draft any more. */
export async function outlived(
  api: Api,
  shelf: Shelf,
  ids: readonly string[],
  project: string,
): Promise<readonly Assignment[]> {
  const found: Assignment[] = [];
  const mine = (await shelf.drafts()).filter(
    (draft) =>
      ids.includes(draft.assignment) && (draft.project ?? project) === project && (draft.until ?? Infinity) > api.now(),
  );
  for (const { assignment } of mine) {
    try {
      const task = await api.get<Assignment>(`/work/assignments/${assignment}`);
      if (task.state !== 'leased' && task.state !== 'expired') await shelf.dropDraft(assignment);
      else if (task.project_id === project && Date.parse(task.lease_expires_at) + GRACE_MS > api.now())
        found.push(task);
    } catch (error) {
      // No longer to be seen, or no line: the draft stays where it is.
      if (!(error instanceof Refused)) break;
    }
  }
  return found;
}
