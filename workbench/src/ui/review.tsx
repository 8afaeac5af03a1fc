/** The moderator's page: the case in the middle, the guideline it was made under beside it, the decision by key. */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { place } from './choices';
import { clockTime } from './format';
import { Reading } from './guideline';
import { Icon, IconButton } from './icons';
import { pickByNumber, shellKey } from './keys';
import { lazy } from './lazy';
import { Message } from './message';
import { Errors, ProblemText } from './notices';
import { Comparison } from './review-compare';
import type { CompareLook, Lack, ReviewDesk, ReviewPhase } from './review-desk';
import { Pins } from './review-pins';
import { Bench } from './stage';
import { say } from './strings';
import { tell } from './strings-more';
import { words } from './strings-pages';
import { markWords, paid } from './strings-rest';
import { reviewWords } from './strings-review';
import { typing } from './typing';
import { wideScreen } from './wide-screen';

const KeysSheet = lazy(async () => (await import('./keys-sheet')).KeysSheet);

type Case = Extract<ReviewPhase, { kind: 'case' }>;

export function ReviewPage({ desk, home }: { desk: ReviewDesk; home: string }) {
  const phase = desk.phase.value;
  const reading = useSignal(false);
  const keys = useSignal(false);
  const open = phase.kind === 'case' ? phase : null;
  const guideline = open?.submission?.guideline ?? null;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || keys.value) return;
      if (event.key === '?' && !typing(event)) keys.value = true;
      else if (!reviewKey(event, desk)) return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const counts = desk.counts.value;
  return (
    <div class={`wb ${guideline && wideScreen.value ? 'wb-reading' : ''}`}>
      <header class="wb-bar">
        <a class="wb-icon-button" href={home} aria-label={words.toQueue} title={words.toQueue}>
          <Icon name="back" />
        </a>
        <div class="wb-title">
          <b dir="auto">{open ? (open.submission?.project.name ?? words.caseKind[open.item.kind]) : words.review}</b>
          {open && (
            <small>
              {words.caseKind[open.item.kind]}
              {open.submission?.second_review && ` · ${words.secondReview}`}
              {open.item.due_at && ` · ${words.due(clockTime(open.item.due_at))}`}
            </small>
          )}
        </div>
        {counts && (
          <span class="wb-session">{words.counts(counts.submission ?? 0, counts.flag ?? 0, counts.appeal ?? 0)}</span>
        )}
        <IconButton class="wb-desk-only" icon="keys" label={say.keys} keys="?" onClick={() => (keys.value = true)} />
        {guideline && !wideScreen.value && (
          <button type="button" class="wb-button wb-guide-button" onClick={() => (reading.value = true)}>
            <Icon name="book" />
            {say.guideline}
          </button>
        )}
      </header>
      {open ? <CaseView key={open.item.id} desk={desk} open={open} /> : <NoCase desk={desk} />}
      {guideline && (wideScreen.value || reading.value) && (
        <Reading
          guideline={guideline}
          clause={desk.clause.value}
          onClose={
            wideScreen.value
              ? null
              : () => {
                  reading.value = false;
                }
          }
        />
      )}
      {keys.value && (
        <KeysSheet
          fixed={reviewWords.reviewKeys}
          editor={open?.view.shown?.editor.value?.keys()}
          onClose={() => (keys.value = false)}
          fallback={() => null}
        />
      )}
    </div>
  );
}

function NoCase({ desk }: { desk: ReviewDesk }) {
  const problem = desk.problem.value;
  const again = (
    <button type="button" class="wb-button" onClick={() => void desk.next()}>
      {problem ? say.tryAgain : paid.checkAgain}
    </button>
  );
  if (problem) {
    return (
      <Message title={problem.title || tell.refusedTitle}>
        <ProblemText problem={problem} />
        {again}
      </Message>
    );
  }
  if (desk.phase.value.kind === 'opening') return <Message title={say.loadingPage} />;
  return (
    <Message title={words.queueEmptyTitle} text={words.queueEmptyText}>
      {again}
    </Message>
  );
}

function CaseView({ desk, open }: { desk: ReviewDesk; open: Case }) {
  const { view, submission, item } = open;
  const decision = desk.decision.value;
  const pinning = desk.pinning.value ? view.pinning : null;
  const marking = decision === 'no' ? view.marking : null;
  const fixing = decision === 'fix' ? view.fixing : null;
  const problem = desk.problem.value;
  const panel = pinning ? (
    <Pins desk={desk} pins={pinning} />
  ) : (
    <>
      <CaseFacts open={open} />
      {!decision && <Comparison desk={desk} canReject={view.marking !== null} />}
      {decision && (item.kind !== 'submission' || decision !== 'yes') && <Evidence desk={desk} open={open} />}
    </>
  );
  const hint = pinning
    ? reviewWords.commentHint
    : fixing
      ? reviewWords.fixHint
      : marking && desk.mark.value === null
        ? words.markHint
        : marking
          ? reviewWords.returnHint
          : null;
  return (
    <>
      <div class="wb-notices">
        {problem && (
          <>
            <div class="wb-notice wb-notice-bad" role="alert">
              <ProblemText problem={problem} />
            </div>
            {fixing && (
              <Errors
                errors={problem.errors ?? []}
                marks={fixing.marks}
                onShow={(annotation) => {
                  fixing.editor.value?.select([annotation]);
                  fixing.editor.value?.zoomTo(annotation);
                }}
              />
            )}
          </>
        )}
        {hint && <div class="wb-notice">{hint}</div>}
      </div>
      {pinning ? (
        <Bench key="pinning" answer={pinning} overlays={view.ghosts} plain forceEditor>
          {panel}
        </Bench>
      ) : fixing ? (
        <Bench key="fixing" answer={fixing}>
          {panel}
        </Bench>
      ) : marking ? (
        <Bench key="marking" answer={marking} overlays={view.ghosts} plain forceEditor>
          {panel}
        </Bench>
      ) : view.shown && submission ? (
        <Bench
          key="shown"
          answer={view.shown}
          overlays={desk.overlays.value}
          hidden={desk.hidden.value}
          place={desk.place.value}
          readOnly
          forceEditor={desk.overlays.value.length > 0}
        >
          {panel}
        </Bench>
      ) : (
        <div class="wb-page wb-case-only">
          <section class="wb-card wb-state">{panel}</section>
        </div>
      )}
      <Decide desk={desk} open={open} />
    </>
  );
}

/** What is to be judged, in words. The worker is not named: the case is. */
function CaseFacts({ open }: { open: Case }) {
  const { appeal, submission } = open;
  return (
    <div class="wb-facts">
      {submission?.flag && (
        <section>
          <h3>{words.flagReason}</h3>
          <p>{submission.flag.reason_text ?? paid.flagReasons[submission.flag.reason] ?? submission.flag.reason}</p>
          {submission.flag.note && <blockquote dir="auto">{submission.flag.note}</blockquote>}
        </section>
      )}
      {appeal && (
        <section>
          <h3>{words.appealText}</h3>
          <blockquote dir="auto">{appeal.text}</blockquote>
          {!submission && (
            <>
              <p class="wb-quiet">{words.appealOf(appeal.decision.kind)}</p>
              <h3>{words.evidence}</h3>
              <dl class="wb-evidence">
                {Object.entries(appeal.evidence).map(([name, value]) => (
                  <div key={name}>
                    <dt>{name.replaceAll('_', ' ')}</dt>
                    <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </section>
      )}
      {appeal?.flag?.decision_note && (
        <section>
          <h3>{words.firstVerdict}</h3>
          <blockquote dir="auto">{appeal.flag.decision_note}</blockquote>
        </section>
      )}
      {appeal && submission?.verdict && (
        <section>
          <h3>{words.firstVerdict}</h3>
          <p>{submission.verdict.reason_text ?? submission.verdict.reason_code}</p>
          {submission.verdict.clause && (
            <p>
              <b>{submission.verdict.clause.id}</b> {submission.verdict.clause.title}
            </p>
          )}
          {submission.verdict.note && <blockquote dir="auto">{submission.verdict.note}</blockquote>}
        </section>
      )}
      {!!submission?.active_seconds && <p class="wb-quiet">{words.took(submission.active_seconds.toFixed(1))}</p>}
    </div>
  );
}

function Evidence({ desk, open }: { desk: ReviewDesk; open: Case }) {
  const { submission, item } = open;
  const isRejected = item.kind === 'submission' && desk.decision.value === 'no';
  const lacks = (name: Lack) => (desk.lacking.value.includes(name) ? 'wb-lacking' : '');
  const clauses = submission?.guideline.clauses ?? [];
  const noteField = useRef<HTMLTextAreaElement>(null);
  // Before the next key: what is typed right after the decision belongs into the note.
  useLayoutEffect(() => {
    // Flags and appeals are decided in words; an answer is decided on the image.
    if (item.kind !== 'submission') noteField.current?.focus();
  }, []);
  return (
    <form
      class="wb-verdict"
      onSubmit={(event) => {
        event.preventDefault();
        void desk.send();
      }}
    >
      {isRejected && submission && (
        <fieldset class={`wb-choices ${lacks('reason')}`}>
          <legend class="wb-legend">{words.reason}</legend>
          {submission.reason_codes.map(({ code, text }, index) => (
            <label key={code} class="wb-chip wb-choice">
              <input
                type="radio"
                name="reason"
                checked={desk.reason.value === code}
                onChange={() => (desk.reason.value = code)}
              />
              <span>{text}</span>
              {index < 9 && <span class="wb-key">{index + 1}</span>}
            </label>
          ))}
        </fieldset>
      )}
      {(isRejected || item.kind === 'flag') && clauses.length > 0 && (
        <label class={`wb-field ${lacks('clause')}`}>
          <span class="wb-legend">{words.clause}</span>
          <select
            class="wb-input"
            value={desk.clause.value}
            onChange={(event) => (desk.clause.value = event.currentTarget.value)}
          >
            <option value="">{markWords.notSet}</option>
            {clauses.map(({ id, title }) => (
              <option key={id} value={id}>
                {id} · {title}
              </option>
            ))}
          </select>
        </label>
      )}
      {isRejected && (
        <div class={`wb-field ${lacks('mark')}`}>
          <span class="wb-legend">{words.mark}</span>
          <div class="wb-row">
            <span>{desk.mark.value ? `✓ ${words.markSet}` : words.markNone}</span>
            <button type="button" class="wb-button" onClick={() => desk.markWhole()}>
              {words.markWhole}
            </button>
          </div>
        </div>
      )}
      <label class={`wb-field ${lacks('note')}`}>
        <span class="wb-legend">{words.note}</span>
        <textarea
          class="wb-input"
          rows={3}
          dir="auto"
          maxLength={2000}
          value={desk.note.value}
          ref={noteField}
          onInput={(event) => (desk.note.value = event.currentTarget.value)}
        />
      </label>
    </form>
  );
}

const WORDS: Record<string, readonly [yes: string, no: string]> = {
  submission: [words.approve, words.reject],
  flag: [words.flagJustified, words.flagUnjustified],
  appeal: [words.appealWon, words.appealLost],
  report: [words.approve, words.reject],
};

const NEEDS: Record<Lack, string> = {
  reason: words.needReason,
  clause: words.needClause,
  mark: words.needMark,
  note: words.needNote,
  comment: reviewWords.needComment,
  change: reviewWords.needChange,
};

function Decide({ desk, open }: { desk: ReviewDesk; open: Case }) {
  const [yes, no] = WORDS[open.item.kind]!;
  const decision = desk.decision.value;
  const lacking = desk.lacking.value[0];
  const pins = open.view.pinning?.drawn.value.length ?? 0;
  const comment = open.view.pinning && (
    <button type="button" class="wb-button" aria-keyshortcuts="c" onClick={() => (desk.pinning.value = true)}>
      {reviewWords.comment} {pins > 0 && `(${pins})`} <span class="wb-key">C</span>
    </button>
  );
  if (desk.pinning.value) {
    return (
      <footer class="wb-foot">
        <span class="wb-push wb-quiet" role="status">
          {lacking === 'comment' && reviewWords.needComment}
        </span>
        <button type="button" class="wb-button wb-primary" onClick={() => (desk.pinning.value = false)}>
          {reviewWords.commentsDone}
        </button>
      </footer>
    );
  }
  if (decision && (decision !== 'yes' || open.item.kind !== 'submission')) {
    return (
      <footer class="wb-foot wb-decide">
        <button type="button" class="wb-button" onClick={() => desk.cancel()}>
          {markWords.cancel}
        </button>
        {comment}
        <span class="wb-push wb-quiet" role="status">
          {lacking && NEEDS[lacking]}
        </span>
        <button
          type="button"
          class={`wb-button wb-primary ${decision === 'no' ? 'wb-danger' : ''}`}
          disabled={!!lacking || desk.busy.value}
          onClick={() => void desk.send()}
        >
          {decision === 'fix' ? reviewWords.sendFix : decision === 'yes' ? yes : no}
        </button>
      </footer>
    );
  }
  return (
    <footer class="wb-foot wb-decide">
      <button
        type="button"
        class="wb-button wb-next-case"
        aria-keyshortcuts="s"
        disabled={desk.busy.value}
        onClick={() => void desk.next()}
      >
        {words.nextCase} <span class="wb-key">S</span>
      </button>
      {comment}
      {open.view.fixing && (
        <button
          type="button"
          class="wb-button"
          aria-keyshortcuts="e"
          disabled={desk.busy.value}
          onClick={() => desk.decide('fix')}
        >
          {reviewWords.fix} <span class="wb-key">E</span>
        </button>
      )}
      <button
        type="button"
        class="wb-button wb-bad"
        aria-keyshortcuts="r"
        disabled={desk.busy.value}
        onClick={() => desk.decide('no')}
      >
        {no} <span class="wb-key">R</span>
      </button>
      <button
        type="button"
        class="wb-button wb-good"
        aria-keyshortcuts="a"
        disabled={desk.busy.value}
        onClick={() => desk.decide('yes')}
      >
        {yes} <span class="wb-key">A</span>
      </button>
    </footer>
  );
}

const LOOKS: readonly CompareLook[] = ['own', 'expected', 'difference'];

function reviewKey(event: KeyboardEvent, desk: ReviewDesk): boolean {
  const phase = desk.phase.value;
  if (phase.kind !== 'case') return false;
  const { view } = phase;
  const command = event.ctrlKey || event.metaKey;
  const pinning = desk.pinning.value;
  const decision = desk.decision.value;
  const deciding = decision !== null;
  if ((deciding || pinning) && event.key === 'Escape') {
    desk.cancel();
    return true;
  }
  const sends = deciding || pinning;
  if (sends && event.key === 'Enter' && (command || !typing(event)) && !(event.target as Element).closest?.('button')) {
    if (pinning) desk.pinning.value = false;
    else void desk.send();
    return true;
  }
  if (typing(event)) return false;
  const plain = !command && !event.altKey && !event.shiftKey && !event.repeat;
  if (pinning) return view.pinning !== null && shellKey(event, view.pinning);
  if (decision === 'fix' && view.fixing) {
    return shellKey(event, view.fixing) || pickByNumber(event, view.fixing, () => undefined);
  }
  if (plain && !deciding && openKey(event, desk)) return true;
  if (plain && event.code === 'KeyC' && view.pinning) desk.pinning.value = true;
  else if (plain && deciding && place(event.code) !== null) {
    const code = phase.submission?.reason_codes[place(event.code)!]?.code;
    if (code) desk.reason.value = code;
  } else {
    const answer = deciding ? (view.marking ?? view.shown) : view.shown;
    return answer !== null && shellKey(event, answer);
  }
  return true;
}

/** Keys of a case that is only looked at yet. */
function openKey({ code }: KeyboardEvent, desk: ReviewDesk): boolean {
  const compared = desk.references.value.length > 0;
  const look = compared ? LOOKS[place(code) ?? LOOKS.length] : undefined;
  if (look) desk.look.value = look;
  else if (code === 'KeyA') desk.decide('yes');
  else if (code === 'KeyR') desk.decide('no');
  else if (code === 'KeyE') desk.decide('fix');
  else if (code === 'KeyS') void desk.next();
  else if (compared && code === 'KeyN') desk.step(1);
  else if (compared && code === 'KeyP') desk.step(-1);
  else if (code === 'KeyM' && desk.at.value !== null) desk.rejectAt(desk.at.value);
  else return false;
  return true;
}
