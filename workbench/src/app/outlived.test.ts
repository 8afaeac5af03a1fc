import { expect, it } from 'vitest';
import { type Api, Refused } from '../transport/api';
import { MemoryShelf } from '../transport/memory-shelf';
import { GRACE_MS, type KeptDraft } from '../transport/shelf';
import { outlived } from './outlived';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const ended = (msAgo: number) => new Date(NOW - msAgo).toISOString();

const draft = (assignment: string, more: Partial<KeptDraft> = {}): KeptDraft => ({
  assignment,
  annotations: [],
  history: null,
  revision: 0,
  dirty: true,
  activeSeconds: 1,
  nothing: false,
  version: 1,
  other: null,
  ...more,
});

it('only drafts of this project that the server may still take are asked for and shown', async () => {
  const shelf = new MemoryShelf();
  const tasks: Record<string, object> = {
    a_inside: { state: 'expired', project_id: 'pr_1', lease_expires_at: ended(GRACE_MS - 1_000) },
    a_past: { state: 'expired', project_id: 'pr_1', lease_expires_at: ended(GRACE_MS) },
    a_sent: { state: 'submitted', project_id: 'pr_1', lease_expires_at: ended(0) },
  };
  for (const each of [
    draft('a_elsewhere', { project: 'pr_2', until: NOW + 1 }),
    draft('a_over', { project: 'pr_1', until: NOW }),
    draft('a_unknown'),
    draft('a_shown'),
    ...Object.keys(tasks).map((id) => draft(id)),
  ]) {
    await shelf.keepDraft(each);
  }
  const asked: string[] = [];
  const api = {
    now: () => NOW,
    get: async (path: string) => {
      const id = path.split('/').at(-1)!;
      asked.push(id);
      const problem = { type: '', title: '', status: 404, code: 'not_found', detail: '' };
      if (!tasks[id]) throw new Refused(problem, null);
      return { id, ...tasks[id] };
    },
  } as unknown as Api;
  const lost = (await shelf.draftIds()).filter((id) => id !== 'a_shown');
  const found = await outlived(api, shelf, lost, 'pr_1');
  expect(found.map(({ id }) => id)).toEqual(['a_inside']);
  expect(asked.sort()).toEqual(['a_inside', 'a_past', 'a_sent', 'a_unknown']);
  // What was finished needs no draft; all the others stay.
  expect((await shelf.draftIds()).sort()).toEqual([
    'a_elsewhere',
    'a_inside',
    'a_over',
    'a_past',
    'a_shown',
    'a_unknown',
  ]);
});
