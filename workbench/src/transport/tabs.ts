/**
 * What the open pages of one worker on one device agree on. Each page holds a lock in its own name for as long as it
 * lives, so that others know when it is gone, however it went. Where the browser has no locks (no secure address), a
 * page takes over at once what it finds: the server answers the repeat of a key with its first reply.
 */
export type Word =
  /** A page began; its lock can be waited for. */
  | { readonly say: 'here'; readonly tab: string }
  /** This page wrote a draft. */
  | { readonly say: 'draft'; readonly assignment: string }
  /** A task was answered, or its answer arrived: no other page may go on with it. */
  | { readonly say: 'packed'; readonly assignment: string };

export interface Tabs {
  readonly id: string;
  tell(word: Word): void;
  hear(listen: (word: Word) => void): void;
  /** Runs `act` as soon as that page is gone; one page at a time. */
  whenGone(tab: string, act: () => Promise<void>): void;
}

export const lockName = (tab: string): string => `tagwork-tab-${tab}`;

/** Resolves when this page's own lock is held: only then may something be left under its name. */
export async function openTabs(worker: string, id: string): Promise<Tabs> {
  const locks = navigator.locks as LockManager | undefined;
  if (locks) {
    await new Promise<void>((held) => {
      void locks.request(lockName(id), () => {
        held();
        return new Promise(() => undefined);
      });
    });
  }
  const channel = new BroadcastChannel(`tagwork-${worker}`);
  return {
    id,
    tell: (word) => channel.postMessage(word),
    hear: (listen) => {
      channel.onmessage = ({ data }) => listen(data as Word);
    },
    whenGone: (tab, act) => void (locks ? locks.request(lockName(tab), act) : act()),
  };
}

/** A page without neighbours. */
export const alone = (id: string): Tabs => ({
  id,
  tell: () => undefined,
  hear: () => undefined,
  whenGone: (_tab, act) => void act(),
});
