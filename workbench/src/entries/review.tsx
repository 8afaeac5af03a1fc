import { render } from 'preact';
import { island } from '../app/island';
import { ReviewRun } from '../app/review';
import { Api } from '../transport/api';
import { ReviewPage } from '../ui/review';
import type { CaseKind } from '../wire';

const { host, field } = island();
const [kind, id] = [field('kind'), field('id')];
const run = new ReviewRun(new Api(), kind && id ? { kind: kind as CaseKind, id } : null);
render(<ReviewPage desk={run} home={field('back') || '/moderation/'} />, host);
void run.start();
