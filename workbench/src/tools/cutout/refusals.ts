import type { HintCode } from '../hints';

/** It was looked, and nothing is there: nobody else need be asked. */
export class NothingThere extends Error {
  override readonly name = 'NothingThere';
}

/** This one cannot be asked now; `note` says why, when another has answered in its place. */
export class AssistAway extends Error {
  override readonly name = 'AssistAway';
  constructor(readonly note: HintCode) {
    super(note);
  }
}
