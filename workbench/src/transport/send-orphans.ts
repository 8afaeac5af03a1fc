/** Sends what pages left that are gone, with no page at all: for the service worker, when the line comes back. */
import type { Api, Refused } from './api';
import { orNothing, outcome } from './outcome';
import type { Parcel, Shelf } from './shelf';

/**
 * True when nothing that time could heal is left. `holding` runs its act while no page of that name lives, or not at
 * all: what a living page has packed is its own to send.
 */
export async function sendOrphans(
  shelf: Shelf,
  api: Api,
  holding: (tab: string, act: () => Promise<void>) => Promise<void>,
): Promise<boolean> {
  let rest = false;
  const left = (await shelf.parcels()).filter(({ problem }) => problem === null);
  for (const tab of new Set(left.map((parcel) => parcel.tab))) {
    await holding(tab, async () => {
      // Read again under the lock: a page may have sent some of it meanwhile.
      for (const parcel of await shelf.parcels()) {
        if (parcel.tab !== tab || parcel.problem !== null) continue;
        const what = await send(shelf, api, parcel);
        rest ||= what === 'again';
        if (what === 'again' || what === 'sign_in') return;
      }
    });
  }
  return !rest;
}

async function send(shelf: Shelf, api: Api, parcel: Parcel): Promise<'sent' | 'again' | 'sign_in' | 'person'> {
  const { assignment, kind, body, key } = parcel;
  try {
    const path = `/work/assignments/${assignment}/${kind}`;
    await api.send(path, { method: 'POST', body, idempotencyKey: key }).catch(orNothing(parcel));
    await shelf.drop(key);
    return 'sent';
  } catch (error) {
    const what = outcome(error);
    const attempts = parcel.attempts + 1;
    await shelf.change({ ...parcel, attempts, problem: what === 'person' ? (error as Refused).problem : null });
    return what;
  }
}
