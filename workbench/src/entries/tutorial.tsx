import { render } from 'preact';
import { island } from '../app/island';
import { LessonRun } from '../app/tutorial';
import { Api } from '../transport/api';
import { LessonPage } from '../ui/lesson';

const { host, field } = island();
const run = new LessonRun(new Api(), field('lesson'));
render(<LessonPage desk={run} home={field('back') || '/tutorial/'} />, host);
void run.start();
