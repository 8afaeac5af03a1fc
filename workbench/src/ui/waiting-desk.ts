/** What waits on this device, as a page shows it. */
import type { ReadonlySignal } from '@preact/signals';
import type { ProblemBody } from '../wire';

export interface WaitingAnswer {
  readonly key: string;
  readonly kind: string;
  readonly createdAt: number;
  readonly earnsMicros: number;
  readonly problem: ProblemBody | null;
}

export interface WaitingStore {
  /** The account; null when it is not the one that worked here last. */
  readonly isMine: boolean;
  /** It would not open: what is in it cannot be told. */
  readonly isClosed: boolean;
  readonly answers: readonly WaitingAnswer[];
  /** Drafts that the server does not have. */
  readonly drafts: number;
}

export interface WaitingDesk {
  readonly stores: ReadonlySignal<readonly WaitingStore[] | null>;
  /** Whether the server answers; null until that is known. */
  readonly online: ReadonlySignal<boolean | null>;
  readonly sending: ReadonlySignal<boolean>;
  /** After sending: something is left, or the session is over. */
  readonly left: ReadonlySignal<'some' | 'signed_out' | null>;
  send(): Promise<void>;
  save(): Promise<void>;
}
