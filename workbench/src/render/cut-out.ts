/** The server is asked first; where it cannot be, this device answers, and says so. */
import type { Assist, FoundRegion, RegionPrompt } from '../tools/assist';
import { AssistAway, NothingThere } from '../tools/cutout/refusals';

export async function cutOut(
  server: () => Promise<Assist>,
  local: () => Promise<FoundRegion>,
  prompt: RegionPrompt,
  signal?: AbortSignal,
): Promise<FoundRegion> {
  try {
    return await (await server()).region(prompt, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NothingThere) throw error;
    // Anything else is a piece of the page that could not be fetched: no connection.
    const note = error instanceof AssistAway ? error.note : 'cutout_offline';
    return { ...(await local()), note };
  }
}
