import { render } from 'preact';
import { island } from '../app/island';
import { LessonRun } from '../app/tutorial';
import { Api } from '../transport/api';
import { LessonPage } from '../ui/lesson';
import type { CourseSource } from '../ui/lesson-desk';

const { host, field } = island();
const home = field('back') || '/tutorial/';
const run = new LessonRun(new Api(), field('source') as CourseSource, field('subject'), {
  home,
  onward: field('onward'),
});
render(<LessonPage desk={run} home={home} />, host);
void run.start();
