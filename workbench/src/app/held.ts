/** Answers that were refused and are kept: opened again with what was wrong, or their task taken again. */
import { type Api, Refused } from '../transport/api';
import type { Outbox } from '../transport/outbox';
import type { KeptDraft, Parcel } from '../transport/shelf';
import type { Assignment, SubmitBody } from '../wire';

export interface Hands {
  readonly api: Api;
  readonly outbox: Outbox;
  /** Puts the task on the table with this draft in it. */
  open(assignment: Assignment, draft: KeptDraft): Promise<void>;
}

/** With what was wrong shown at the mark. Throws Refused or Unreachable; the answer is then still kept. */
export async function fix(hands: Hands, key: string): Promise<Parcel | null> {
  return takeBack(hands, key, (path) => hands.api.get<Assignment>(path));
}

/** The lease ended too long ago: if nobody else has taken the task since, it is ours again, with the answer in it. */
export async function reclaim(hands: Hands, key: string): Promise<Parcel | null> {
  try {
    return await takeBack(hands, key, (path) => hands.api.send<Assignment>(`${path}/reclaim`, { method: 'POST' }));
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 401) throw error;
    await hands.outbox.refuse(key, error.problem);
    return null;
  }
}

async function takeBack(
  { outbox, open }: Hands,
  key: string,
  take: (path: string) => Promise<Assignment | null>,
): Promise<Parcel | null> {
  const parcel = outbox.parcels.value.find((each) => each.key === key);
  const assignment = parcel && (await take(`/work/assignments/${parcel.assignment}`));
  if (!assignment) return null;
  const body = parcel.body as Partial<SubmitBody>;
  const draft: KeptDraft = parcel.draft ?? {
    assignment: parcel.assignment,
    // Only an older parcel comes without its draft.
    annotations: (await import('../model/proposals')).withNotes(body.annotations ?? [], body.assists),
    history: null,
    activeSeconds: body.active_seconds ?? 0,
    nothing: body.nothing_to_mark ?? false,
    revision: 0,
    dirty: true,
    version: 1,
    other: null,
  };
  if (!(await outbox.reopen(key, draft))) return null;
  await open(assignment, { ...draft, revision: Math.max(draft.revision, assignment.draft?.revision ?? 0) });
  return parcel;
}
