/** Drafts on this device whose lease has ended: shown again as long as the server may still take them. */
import { type Api, Refused } from '../transport/api';
import type { Shelf } from '../transport/shelf';
import type { Assignment } from '../wire';

/** Those of this project that are still open; what was finished elsewhere needs no draft any more. */
export async function outlived(
  api: Api,
  shelf: Shelf,
  ids: readonly string[],
  project: string,
): Promise<readonly Assignment[]> {
  const found: Assignment[] = [];
  for (const id of ids) {
    try {
      const task = await api.get<Assignment>(`/work/assignments/${id}`);
      if (task.state !== 'leased' && task.state !== 'expired') await shelf.dropDraft(id);
      else if (task.project_id === project) found.push(task);
    } catch (error) {
      // No longer to be seen, or no line: the draft stays where it is.
      if (!(error instanceof Refused)) break;
    }
  }
  return found;
}
