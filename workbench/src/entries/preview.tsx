import { signal } from '@preact/signals';
import { render } from 'preact';
import { island } from '../app/island';
import { readSchema } from '../app/schema-problems';
import { Answer } from '../ui/answer';
import { PreviewPage } from '../ui/preview';
import type { Picture } from '../wire';

const REST_MS = 250;

const { host, field } = island();
const input = document.querySelector<HTMLTextAreaElement>(field('schemaInput'));
const picture = JSON.parse(field('image')) as Picture;
const answer = signal<Answer | null>(null);
const problems = signal<readonly string[]>([]);

function read(): void {
  const text = input?.value ?? '';
  if (text.trim() === '') return;
  const { schema, problems: wrong } = readSchema(text);
  problems.value = wrong;
  // A schema in the middle of a word keeps the last good view.
  if (schema && JSON.stringify(schema) !== JSON.stringify(answer.value?.schema)) {
    answer.value = new Answer(schema, picture);
  }
}

let rest: ReturnType<typeof setTimeout> | undefined;
input?.addEventListener('input', () => {
  clearTimeout(rest);
  rest = setTimeout(read, REST_MS);
});
render(<PreviewPage desk={{ answer, problems }} />, host);
read();
