import { render } from 'preact';
import { island } from '../app/island';
import { WorkSession } from '../app/work';
import { Api } from '../transport/api';
import { notePreload } from '../ui/picture';
import { WorkPage } from '../ui/work';
import type { Assignments } from '../wire';

const { host, field, brought } = island();
notePreload();
const worker = field('worker');
const api = new Api(undefined, undefined, worker);
const [came] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
api.told(Number(field('now') || NaN) * 1000, came?.responseStart);
const session = new WorkSession(api, {
  worker,
  projectId: field('project'),
  projectName: field('projectName'),
  backUrl: field('back') || '/',
  leased: brought<Assignments>('leased'),
});
render(<WorkPage desk={session} />, host);
void session.start();
