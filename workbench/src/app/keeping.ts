/** Everything that keeps and sends, in one piece: it comes while the first task is fetched, and the first image does not wait. */

import type { Api } from '../transport/api';
import type { Answer } from '../ui/answer';
import type { Assignment } from '../wire';

export { Outbox } from '../transport/outbox';
export { GRACE_MS, openShelf, shelfName } from '../transport/shelf';
export { openTabs } from '../transport/tabs';
export { answerArrived, answerWaits, keptInstead, lastAnswered, settleIn } from './device';
export { DraftKeeper, opened } from './drafts';
export { fix, reclaim } from './held';
export { outlived } from './outlived';
export { saveAsFile } from './save-file';

/** What an answer may ask for on its own: its picture again, and help with marking. */
export function equip(answer: Answer, api: Api, { id, server_assist }: Assignment): void {
  answer.renew = async () => (await api.get<Assignment>(`/work/assignments/${id}`)).images[0] ?? null;
  answer.serverAssist = server_assist && (async () => (await import('./server-assist')).serverAssist(api, id));
}
