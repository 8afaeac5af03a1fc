/** The workbench as a worker would see it, from the schema in the text field beside it. */
import type { ReadonlySignal } from '@preact/signals';
import type { Answer } from './answer';
import { Message } from './message';
import { Bench } from './stage';
import { say } from './strings';
import { words } from './strings-pages';

export interface PreviewDesk {
  /** The last schema that could be read. */
  readonly answer: ReadonlySignal<Answer | null>;
  readonly problems: ReadonlySignal<readonly string[]>;
}

export function PreviewPage({ desk }: { desk: PreviewDesk }) {
  const answer = desk.answer.value;
  const problems = desk.problems.value;
  return (
    <div class="wb-frame">
      <div class="wb wb-inset">
        <div class="wb-notices" aria-live="polite">
          {problems.length > 0 && (
            <div class="wb-notice wb-notice-bad">
              <div>
                <b>{words.previewErrors(problems.length)}</b>
                <ul>
                  {problems.slice(0, 8).map((problem) => (
                    <li key={problem}>{problem}</li>
                  ))}
                </ul>
              </div>
            </div>
          )}
        </div>
        {answer ? (
          <>
            <Bench
              key={answer}
              answer={answer}
              onChoose={(option) => answer.toggleTag(answer.schema.tags![0]!, option)}
            />
            <footer class="wb-foot">
              <span class="wb-push wb-quiet">{words.previewNote}</span>
              <button type="button" class="wb-button wb-primary wb-submit" disabled>
                {say.submit}
              </button>
            </footer>
          </>
        ) : (
          <Message title={words.previewWaiting} />
        )}
      </div>
    </div>
  );
}
