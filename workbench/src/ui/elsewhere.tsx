/** The desk without a task: opening, the start of a shift, nothing to do, signed out, no line, a refusal. */
import { ShiftStart } from './guideline';
import { Message } from './message';
import { OnTheirWay, ProblemText, SignInLink, whereKept } from './notices';
import { say } from './strings';
import { tell } from './strings-more';
import { paid } from './strings-rest';
import type { WorkDesk } from './work-desk';

/** Everything that is not a task on the table. */
export function Elsewhere({ desk }: { desk: WorkDesk }) {
  const phase = desk.phase.value;
  const again = (
    <button type="button" class="wb-button" onClick={() => void desk.retry()}>
      {phase.kind === 'empty' ? paid.checkAgain : say.tryAgain}
    </button>
  );
  switch (phase.kind) {
    case 'opening':
      return (
        <div class="wb-page">
          <p class="wb-quiet" role="status">
            {say.loading}
          </p>
        </div>
      );
    case 'guideline': {
      const guideline = desk.guideline.value;
      if (guideline) return <ShiftStart guideline={guideline} onAcknowledge={() => void desk.acknowledge()} />;
      return (
        <Message title={paid.shiftTitle} text={desk.guidelineFailed.value ? paid.noGuideline : say.loadingPage}>
          {again}
        </Message>
      );
    }
    case 'empty':
      return (
        <Message title={paid.emptyTitle} text={paid.emptyText}>
          {desk.told.value ? (
            <p role="status">{paid.emptyTold}</p>
          ) : (
            <button type="button" class="wb-button wb-primary" onClick={() => void desk.tellMe()}>
              {paid.emptyTell}
            </button>
          )}
          {again}
          <a class="wb-button" href={desk.backUrl}>
            {paid.emptyBack}
          </a>
        </Message>
      );
    case 'signed_out':
      return (
        <Message title={paid.signInTitle} text={whereKept(desk, paid.signInText)}>
          <SignInLink desk={desk} />
        </Message>
      );
    case 'unreachable':
      return (
        <Message title={paid.unreachableTitle} text={say.unreachableText}>
          <p>
            <OnTheirWay desk={desk} />
          </p>
          {again}
        </Message>
      );
    case 'refused':
      return (
        <Message title={phase.problem.title || tell.refusedTitle}>
          <ProblemText problem={phase.problem} />
          {again}
          <a class="wb-button" href={desk.backUrl}>
            {paid.emptyBack}
          </a>
        </Message>
      );
    case 'task':
      return null;
  }
}
