import { render } from 'preact';
import { island } from '../app/island';
import { WorkSession } from '../app/work';
import { Api } from '../transport/api';
import { WorkPage } from '../ui/work';

const { host, field } = island();
const worker = field('worker');
const session = new WorkSession(new Api(undefined, undefined, worker), {
  worker,
  projectId: field('project'),
  projectName: field('projectName'),
  backUrl: field('back') || '/',
});
render(<WorkPage desk={session} />, host);
void session.start();
