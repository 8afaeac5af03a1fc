import { render } from 'preact';
import { GoldRun } from '../app/gold';
import { island } from '../app/island';
import { Api } from '../transport/api';
import { GoldPage } from '../ui/gold';

const { host, field } = island();
const run = new GoldRun(new Api(), field('project'), field('task'));
render(<GoldPage desk={run} home={field('back') || `/projects/${field('project')}`} />, host);
void run.start();
