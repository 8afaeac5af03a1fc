/** Everything that keeps and sends, in one piece: it comes while the first task is fetched, and the first image does not wait. */

export { Outbox } from '../transport/outbox';
export { openShelf, shelfName } from '../transport/shelf';
export { openTabs } from '../transport/tabs';
export { DraftKeeper, opened } from './drafts';
