/** The client's page for expected answers. */
import { useEffect } from 'preact/hooks';
import { needsEditor } from './answer';
import type { GoldDesk, GoldPhase } from './gold-desk';
import { Icon } from './icons';
import { pickByNumber, shellKey } from './keys';
import { Message } from './message';
import { Errors, ProblemText } from './notices';
import { Bench } from './stage';
import { say } from './strings';
import { tell } from './strings-more';
import { words } from './strings-pages';
import { typing } from './typing';

export function GoldPage({ desk, home }: { desk: GoldDesk; home: string }) {
  const phase = desk.phase.value;
  const problem = desk.problem.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const now = desk.phase.value;
      if (event.defaultPrevented || event.isComposing || now.kind !== 'task') return;
      const command = event.ctrlKey || event.metaKey;
      if (event.key === 'Enter' && (command || !typing(event)) && !(event.target as Element).closest?.('button, a')) {
        if (now.answer.all.value.length > 0) void desk.save(false);
      } else if (typing(event) || !(shellKey(event, now.answer) || pickByNumber(event, now.answer, () => undefined)))
        return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div class="wb">
      <header class="wb-bar">
        <a class="wb-icon-button" href={home} aria-label={words.goldBack} title={words.goldBack}>
          <Icon name="back" />
        </a>
        <div class="wb-title">
          <b>{words.goldTitle}</b>
          {phase.kind === 'task' && <small dir="auto">{phase.task.file_name}</small>}
        </div>
        {desk.saved.value > 0 && (
          <span class="wb-saved wb-saved-server" role="status">
            {words.goldSaved(desk.saved.value)}
          </span>
        )}
      </header>
      {phase.kind === 'task' ? (
        <GoldTask key={phase.task.id} desk={desk} phase={phase} />
      ) : problem ? (
        <Message title={problem.title || tell.refusedTitle}>
          <ProblemText problem={problem} />
          <a class="wb-button" href={home}>
            {words.goldBack}
          </a>
        </Message>
      ) : phase.kind === 'opening' ? (
        <Message title={say.loadingPage} />
      ) : (
        <Message title={words.goldDone} text={words.goldDoneText}>
          <a class="wb-button wb-primary" href={home}>
            {words.goldBack}
          </a>
        </Message>
      )}
    </div>
  );
}

function GoldTask({ desk, phase }: { desk: GoldDesk; phase: Extract<GoldPhase, { kind: 'task' }> }) {
  const { answer } = phase;
  const problem = desk.problem.value;
  const empty = answer.all.value.length === 0;
  const mayBeNothing = empty && !!answer.schema.allow_nothing && needsEditor(answer.schema);
  return (
    <>
      <div class="wb-notices">
        {problem && (
          <>
            <div class="wb-notice wb-notice-bad" role="alert">
              <ProblemText problem={problem} />
            </div>
            <Errors
              errors={problem.errors ?? []}
              marks={answer.marks}
              onShow={(annotation) => {
                answer.editor.value?.select([annotation]);
                answer.editor.value?.zoomTo(annotation);
              }}
            />
          </>
        )}
      </div>
      <Bench answer={answer}>
        <label class="wb-field">
          <span class="wb-legend">{words.goldExplain}</span>
          <textarea
            class="wb-input"
            rows={2}
            dir="auto"
            maxLength={2000}
            value={desk.explanation.value}
            onInput={(event) => {
              desk.explanation.value = event.currentTarget.value;
            }}
          />
        </label>
        {phase.task.clauses.length > 1 && (
          <label class="wb-field">
            <span class="wb-legend">{words.goldClause}</span>
            <select
              class="wb-input"
              value={desk.clause.value}
              onChange={(event) => {
                desk.clause.value = event.currentTarget.value;
              }}
            >
              <option value="">{words.goldAnyClause}</option>
              {phase.task.clauses.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        )}
      </Bench>
      <footer class="wb-foot">
        <button type="button" class="wb-button" disabled={desk.busy.value} onClick={() => void desk.next()}>
          {words.goldNext}
        </button>
        <span class="wb-push" />
        <button
          type="button"
          class="wb-button wb-primary"
          disabled={desk.busy.value || (empty && !mayBeNothing)}
          onClick={() => {
            (document.activeElement as HTMLElement | null)?.blur();
            void desk.save(mayBeNothing);
          }}
        >
          {mayBeNothing ? say.nothing : words.goldSave}
        </button>
      </footer>
    </>
  );
}
