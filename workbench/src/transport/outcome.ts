/** What becomes of one attempt to send, decided in one place for pages and for the service worker. */
import { Refused, Unreachable } from './api';
import type { Parcel } from './shelf';

/** For a refusal after which nothing is left to do, null: a skip whose task is out of our hands by itself. Else throws. */
export const orNothing =
  ({ kind }: Parcel) =>
  (error: unknown): null => {
    const isOver = error instanceof Refused && /^(lease_over|wrong_state|already_submitted)$/.test(error.code);
    if (kind === 'skip' && isOver) return null;
    throw error;
  };

/** `again`: time heals it; `sign_in`: nothing can be sent before; `person`: kept for one. Throws what is no answer. */
export function outcome(error: unknown): 'again' | 'sign_in' | 'person' {
  if (error instanceof Unreachable) return 'again';
  if (!(error instanceof Refused)) throw error;
  const { status, code } = error;
  // A rotated CSRF token comes with the next page, as the session does.
  if (status === 401 || code === 'csrf_failed') return 'sign_in';
  // `http_…` is no refusal of ours: something between us and the server spoke.
  const passes = status >= 500 || status === 429 || status === 408 || code === 'in_progress' || /^http_/.test(code);
  return passes ? 'again' : 'person';
}
