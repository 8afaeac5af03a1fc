/** The server's back end of `Assist`: what stands out in a box, asked for the task in hand. */
import { decodeMask } from '../geometry/mask';
import type { Assist, FoundRegion, RegionPrompt } from '../tools/assist';
import { AssistAway, NothingThere } from '../tools/cutout/refusals';
import { type Api, Refused } from '../transport/api';
import type { AssistFound } from '../wire';

/** A server whose places are all taken is asked so often, as long after as it says. */
const TRIES = 3;
const LONGEST_WAIT_SECONDS = 2;
/** A hand that waits longer is better served by its own device. */
const TIMEOUT_MS = 10_000;

export const serverAssist = (api: Api, assignment: string): Assist => new ServerAssist(api, assignment);

class ServerAssist implements Assist {
  readonly cutsOut = true;

  constructor(
    private readonly api: Api,
    private readonly assignment: string,
  ) {}

  async region(prompt: RegionPrompt, signal?: AbortSignal): Promise<FoundRegion> {
    if (prompt.tool !== 'cutout') throw new RangeError(`${prompt.tool} is done on the device`);
    for (let tried = 1; ; tried++) {
      try {
        const { mask, by, version } = (await this.api.send<AssistFound>(`/work/assignments/${this.assignment}/assist`, {
          method: 'POST',
          body: { box: prompt.box },
          signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
        }))!;
        return { region: decodeMask(mask), by, version };
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof Refused)) throw new AssistAway('cutout_offline');
        if (error.code === 'nothing_found') throw new NothingThere();
        const wait_seconds = error.retryAfterSeconds ?? Infinity;
        const isBusy = error.code === 'assist_busy' || error.status === 429;
        if (!isBusy) throw new AssistAway('cutout_off');
        if (tried >= TRIES || wait_seconds > LONGEST_WAIT_SECONDS) throw new AssistAway('cutout_busy');
        await new Promise((done) => setTimeout(done, wait_seconds * 1000));
        signal?.throwIfAborted();
      }
    }
  }

  way(): Promise<never> {
    return Promise.reject(new RangeError('edges are followed on the device'));
  }

  dispose(): void {}
}
