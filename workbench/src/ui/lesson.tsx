/** The tutorial page: one lesson, one image at a time, with the match in sight while the hand moves. */
import { useEffect, useRef } from 'preact/hooks';
import { type Answer, needsEditor } from './answer';
import { Dial } from './dial';
import { Icon } from './icons';
import { pickByNumber, shellKey } from './keys';
import type { LessonDesk, LessonPhase } from './lesson-desk';
import { Message } from './message';
import { ProblemText } from './notices';
import { Bench } from './stage';
import { say } from './strings';
import { tell } from './strings-more';
import { words } from './strings-pages';
import { typing } from './typing';

export function LessonPage({ desk, home }: { desk: LessonDesk; home: string }) {
  const phase = desk.phase.value;
  const problem = desk.problem.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const now = desk.phase.value;
      if (event.defaultPrevented || event.isComposing || typing(event) || now.kind !== 'item') return;
      if (lessonKey(event, desk, now.answer)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div class="wb">
      <header class="wb-bar">
        <a class="wb-icon-button" href={home} aria-label={words.leaveCourse} title={words.leaveCourse}>
          <Icon name="back" />
        </a>
        <div class="wb-title">
          <b dir="auto">{phase.kind === 'opening' ? '' : phase.kind === 'done' ? phase.title : phase.course.title}</b>
          {phase.kind === 'item' && (
            <small>
              {words.lessonItem(phase.index + 1, phase.course.items.length)} ·{' '}
              {phase.item.kind === 'guided' ? words.guided : words.checked}
            </small>
          )}
        </div>
        <span class="wb-badge">{words.unpaidShort}</span>
      </header>
      {phase.kind === 'item' ? (
        <Item key={phase.answer} desk={desk} phase={phase} />
      ) : (
        <>
          {problem && (
            <Message title={tell.refusedTitle}>
              <ProblemText problem={problem} />
              <button type="button" class="wb-button" onClick={() => void desk.retry()}>
                {say.tryAgain}
              </button>
            </Message>
          )}
          {!problem && phase.kind === 'opening' && <Message title={say.loadingPage} />}
          {!problem && phase.kind === 'intro' && <Intro phase={phase} desk={desk} />}
          {!problem && phase.kind === 'done' && <Done phase={phase} home={home} />}
        </>
      )}
    </div>
  );
}

function Intro({ phase, desk }: { phase: Extract<LessonPhase, { kind: 'intro' }>; desk: LessonDesk }) {
  const { course } = phase;
  const done = course.items.filter((item) => item.done).length;
  const goesOn = done > 0 && done < course.items.length;
  return (
    <Message title={course.title} text={course.intro}>
      <p class="wb-notice wb-notice-warn">{course.note}</p>
      {done > 0 && <p class="wb-quiet">{words.lessonProgress(done, course.items.length)}</p>}
      <button type="button" class="wb-button wb-primary" disabled={desk.busy.value} onClick={() => void desk.begin()}>
        {goesOn ? words.goOnLesson : words.startLesson}
      </button>
    </Message>
  );
}

function Done({ phase, home }: { phase: Extract<LessonPhase, { kind: 'done' }>; home: string }) {
  return (
    <Message title={phase.title} text={phase.text}>
      {phase.next && (
        <a class="wb-button wb-primary" href={`${home}${encodeURIComponent(phase.next.id)}/`}>
          {words.nextLesson(phase.next.title)}
        </a>
      )}
      {phase.ways.map(({ href, text }, i) => (
        <a key={href} class={`wb-button ${i === 0 && !phase.next ? 'wb-primary' : ''}`} href={href}>
          {text}
        </a>
      ))}
    </Message>
  );
}

function Item({ desk, phase }: { desk: LessonDesk; phase: Extract<LessonPhase, { kind: 'item' }> }) {
  const { answer, course, item } = phase;
  const shows = desk.source !== 'exam';
  const result = desk.result.value;
  const problem = desk.problem.value;
  const draws = needsEditor(course.schema);
  const empty = draws && course.schema.allow_nothing && answer.drawn.value.length === 0;
  const tone = result ? (result.passed ? 'wb-notice-good' : 'wb-notice-bad') : '';
  const busy = desk.busy.value;
  const coach = useRef<HTMLDivElement>(null);
  const foot = useRef<HTMLElement>(null);
  useEffect(() => {
    // The pressed button has gone and took the focus with it: on to what came in its place, or to what is asked now.
    if (!busy && document.activeElement === document.body)
      ((result && foot.current!.querySelector('button')) || coach.current!).focus();
  }, [result, busy]);
  return (
    <>
      <div class="wb-notices">
        {problem && (
          <div class="wb-notice wb-notice-bad" role="alert">
            <ProblemText problem={problem} />
          </div>
        )}
        <div class={`wb-notice wb-coach ${tone}`} role="status" ref={coach} tabIndex={-1}>
          <div>
            {result ? (
              <>
                <b>{result.passed ? '✓' : words.notYet}</b> <span dir="auto">{result.why}</span>
                {result.tally && <p class="wb-quiet">{result.tally}</p>}
                {draws && shows && <Legend />}
              </>
            ) : (
              <span dir="auto">{desk.step.value ?? item.instruction}</span>
            )}
          </div>
          {draws && shows && <Dial ratio={desk.match.value} aim={desk.aim.value} />}
        </div>
      </div>
      <Bench
        answer={answer}
        overlays={desk.overlays.value}
        place={desk.place.value}
        readOnly={!!result && (result.passed || result.final)}
        onChoose={(option) => desk.choose(option)}
      />
      <footer class="wb-foot" ref={foot}>
        <span class="wb-push" />
        {result && !result.passed && !result.final && (
          <button type="button" class="wb-button wb-primary" onClick={() => desk.again()}>
            {words.again}
          </button>
        )}
        {desk.mayGoOn.value && result && (
          <button
            type="button"
            class="wb-button wb-primary"
            disabled={desk.busy.value}
            onClick={() => void desk.next()}
          >
            {phase.index + 1 < course.items.length && !result.end ? words.next : words.finish}
          </button>
        )}
        {!result && empty && (
          <button type="button" class="wb-button" disabled={desk.busy.value} onClick={() => void desk.check(true)}>
            {say.nothing}
          </button>
        )}
        {!result && (
          <button
            type="button"
            class="wb-button wb-primary wb-submit"
            disabled={busy || answer.all.value.length === 0}
            onClick={() => void desk.check()}
          >
            {words.check}
          </button>
        )}
      </footer>
    </>
  );
}

export function Legend() {
  return (
    <p class="wb-legend-row">
      <span class="wb-look wb-look-expected" /> {words.legendExpected}
      <span class="wb-look wb-look-missed" /> {words.legendMissed}
      <span class="wb-look wb-look-extra" /> {words.legendExtra}
    </p>
  );
}

function lessonKey(event: KeyboardEvent, desk: LessonDesk, answer: Answer): boolean {
  if (event.key === 'Enter' && !(event.target as Element).closest?.('button, a')) {
    const result = desk.result.value;
    if (!result) void desk.check();
    else if (result.passed || result.final) void desk.next();
    else desk.again();
    return true;
  }
  return shellKey(event, answer) || pickByNumber(event, answer, (option) => desk.choose(option));
}
