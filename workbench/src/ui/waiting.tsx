/** The list of what waits on this device and what it will earn: the offline page, and the way out of an account. */
import { clockTime, dollars } from './format';
import { ProblemText } from './notices';
import { kept } from './strings-device';
import type { WaitingDesk, WaitingStore } from './waiting-desk';

export function OfflinePage({ desk, back }: { desk: WaitingDesk; back: string }) {
  return (
    <>
      <h1>{kept.title}</h1>
      <p role="status">{desk.online.value === null ? null : desk.online.value ? kept.line : kept.noLine}</p>
      <Waiting desk={desk} />
      {desk.online.value && (
        <p>
          <a class="button" href={back}>
            {kept.goOn}
          </a>
        </p>
      )}
    </>
  );
}

/** `onLeave` signs out; `wipe` when nothing is left to keep. */
export function SignOutPage({ desk, onLeave }: { desk: WaitingDesk; onLeave: () => void }) {
  const waits = desk.stores.value?.some(
    ({ answers, drafts, isClosed }) => isClosed || answers.length > 0 || drafts > 0,
  );
  return (
    <>
      <h1>{waits ? kept.leaveTitle : kept.leave}</h1>
      {waits && <p>{kept.leaveText}</p>}
      <Waiting desk={desk} />
      <div class="stack stack--tight">
        <button type="button" class={waits ? 'button' : 'button button--primary'} onClick={onLeave}>
          {waits ? kept.leaveKeep : kept.leave}
        </button>
        {waits && <p class="muted small">{kept.leaveKeepText}</p>}
      </div>
    </>
  );
}

function Waiting({ desk }: { desk: WaitingDesk }) {
  const stores = desk.stores.value;
  if (!stores) return null;
  if (stores.length === 0) return <p>{kept.nothing}</p>;
  return (
    <>
      {stores.map((store, index) => (
        <Store key={index} store={store} />
      ))}
      <div class="row">
        <button
          type="button"
          class="button button--primary"
          disabled={!desk.online.value || desk.sending.value}
          onClick={() => void desk.send()}
        >
          {desk.sending.value ? kept.sending : kept.send}
        </button>
        <button type="button" class="button" onClick={() => void desk.save()}>
          {kept.save}
        </button>
      </div>
      {desk.left.value && <p role="status">{desk.left.value === 'some' ? kept.someLeft : kept.signIn}</p>}
    </>
  );
}

function Store({ store }: { store: WaitingStore }) {
  const { answers, drafts, isMine, isClosed } = store;
  const earns = answers.reduce((sum, { earnsMicros }) => sum + earnsMicros, 0);
  return (
    <section class="stack stack--tight">
      {!isMine && <h2>{kept.otherAccount}</h2>}
      {answers.length > 0 && (
        <p>
          <b>{kept.answers(answers.length)}</b>: {kept.earns(dollars(earns))}
        </p>
      )}
      {isClosed && <p>{kept.closed}</p>}
      {drafts > 0 && <p>{kept.drafts(drafts)}.</p>}
      {isMine && answers.length > 0 && (
        <ul class="stack stack--tight">
          {answers.map(({ key, kind, createdAt, earnsMicros, problem }) => (
            <li key={key}>
              {kept.kind[kind] ?? kind}, {clockTime(createdAt)}
              {earnsMicros > 0 && `, ${dollars(earnsMicros)}`}
              {problem && <ProblemText problem={problem} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
