/** Lines between the bar and the image: refusals, the lease, the line to the server. Calm, and each with a way out. */
import type { FieldError, ProblemBody } from '../wire';
import { dollars, duration } from './format';
import { Icon } from './icons';
import { say } from './strings';
import { markWords, paid } from './strings-rest';
import { warnIcon } from './tool-icons';
import type { WorkDesk } from './work-desk';

/** The sentence the server wrote, and the way it names. */
export function ProblemText({ problem }: { problem: ProblemBody }) {
  return (
    <p>
      {problem.detail || problem.title}{' '}
      {problem.next && (
        <a href={problem.next} class="wb-link">
          {paid.goOn}
        </a>
      )}
    </p>
  );
}

/** How many answers wait for the line, and what they will earn. */
export function OnTheirWay({ desk }: { desk: WorkDesk }) {
  const waiting = desk.waiting.value;
  if (waiting.length === 0) return null;
  const micros = waiting.reduce((sum, { earnsMicros }) => sum + earnsMicros, 0);
  return (
    <>
      {say.sending(waiting.length)}: {paid.earns(dollars(micros))}.
    </>
  );
}

/** `kept`: what is said where this device keeps what waits. */
export const whereKept = ({ inTab }: WorkDesk, kept: string): string => (inTab.value ? paid.inTab : kept);

/** Beside a page that must not be left: it sends when it is looked at again. */
export function SignInLink({ desk }: { desk: WorkDesk }) {
  return (
    <a
      class="wb-button wb-primary"
      target={desk.inTab.value ? '_blank' : undefined}
      href={`/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`}
    >
      {paid.signIn}
    </a>
  );
}

/** `marks` are the ids in the order of the list, so that a sentence can name the mark as the list does. */
export function Errors(props: {
  errors: readonly FieldError[];
  marks: readonly string[];
  onShow: (annotation: string) => void;
}) {
  const { errors, marks, onShow } = props;
  if (errors.length === 0) return null;
  return (
    <div class="wb-notice wb-notice-bad" role="alert">
      <Icon {...warnIcon} />
      <div>
        {errors.length > 1 && <b>{paid.fixFirst(errors.length)}</b>}
        <ul>
          {errors.slice(0, 5).map(({ message, annotation }) => (
            <li key={`${annotation} ${message}`}>
              {annotation ? (
                <button type="button" class="wb-link" onClick={() => onShow(annotation)}>
                  {marks.includes(annotation) && `${marks.indexOf(annotation) + 1}. `}
                  {message}
                </button>
              ) : (
                message
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

export function Notices({ desk, onOutbox }: { desk: WorkDesk; onOutbox: () => void }) {
  const phase = desk.phase.value;
  const task = phase.kind === 'task' ? phase : null;
  const left = desk.leaseLeft.value;
  const ends = desk.leaseEnds.value;
  const held = desk.held.value.length;
  return (
    <div class="wb-notices">
      {task && (
        <Errors
          errors={desk.errors.value.flatMap((error) =>
            error.code !== 'unfinished'
              ? [error]
              : task.answer.isOpen.value
                ? [{ ...error, message: paid.unfinished(task.answer.hint.value) }]
                : [],
          )}
          marks={task.answer.marks}
          onShow={(annotation) => {
            // From here Tab would go through the marks from the first one on.
            task.answer.editor.value?.pick(annotation);
            task.answer.editor.value?.zoomTo(annotation);
          }}
        />
      )}
      {desk.signedOut.value && phase.kind !== 'signed_out' && (
        <div class="wb-notice wb-notice-warn" role="status">
          <span>{whereKept(desk, paid.signInText)}</span>
          <SignInLink desk={desk} />
        </div>
      )}
      {desk.otherDraft.value && !desk.newerDraft.value && (
        <div class="wb-notice" role="status">
          <span>{paid.otherDraft}</span>
          <button type="button" class="wb-button" onClick={() => void desk.useNewerDraft()}>
            {paid.otherDraftUse}
          </button>
        </div>
      )}
      {desk.newerDraft.value && (
        <div class="wb-notice wb-notice-warn" role="status">
          <span>
            <b>{paid.staleTitle}.</b> {paid.staleText}
          </span>
          <button type="button" class="wb-button" onClick={() => void desk.useNewerDraft()}>
            {paid.staleTheirs}
          </button>
          <button type="button" class="wb-button" onClick={() => desk.keepMyDraft()}>
            {paid.staleMine}
          </button>
        </div>
      )}
      {task && left !== null && (
        // Seen to count down; said at the beginning and the end.
        <div class="wb-notice" role="status" aria-live={left > 0 && left < 110 ? 'off' : 'polite'}>
          <span>
            {left === 0 ? paid.leaseOver : paid.leaseSoon(duration(left > 10 ? left - (left % 10) : left))}{' '}
            {left > 0 && ends && paid.leaseLast}
          </span>
          {left > 0 && !ends && (
            <button
              type="button"
              class="wb-button"
              onClick={() => {
                // The button goes with the line; the hand was at the image.
                task.answer.editor.value?.focus();
                void desk.keepLease();
              }}
            >
              {paid.leaseKeep}
            </button>
          )}
        </div>
      )}
      {held > 0 && (
        <div class="wb-notice wb-notice-warn" role="status">
          <span>{paid.attention(held)}.</span>
          <button type="button" class="wb-button" onClick={onOutbox}>
            {markWords.show}
          </button>
        </div>
      )}
      {(desk.offline.value || desk.stuck.value) && phase.kind !== 'unreachable' && (
        <div class="wb-notice" role="status">
          <span>
            {whereKept(desk, desk.offline.value ? paid.offline : paid.stuck)} <OnTheirWay desk={desk} />
          </span>
        </div>
      )}
    </div>
  );
}
