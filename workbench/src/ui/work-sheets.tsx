/** Panels of the work page: skip, flag, keyboard, answers that need the person, and the break. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Assignment } from '../wire';
import { clockTime, duration } from './format';
import { PAGE_KEYS } from './keys';
import { KeysSheet } from './keys-sheet';
import { ProblemText } from './notices';
import { Sheet } from './sheet';
import { keyWords, markWords, paid } from './strings-rest';
import type { BreakState, Panel, WorkDesk } from './work-desk';

interface PanelsProps {
  readonly desk: WorkDesk;
  readonly panel: Panel;
  readonly task: Assignment | null;
  readonly onClose: () => void;
}

export function Panels({ desk, panel, task, onClose }: PanelsProps) {
  const phase = desk.phase.value;
  const pause = desk.pause.value;
  if (pause) return <BreakCard desk={desk} pause={pause} />;
  if (panel === 'keys') {
    return (
      <KeysSheet
        page={PAGE_KEYS}
        editor={phase.kind === 'task' ? phase.answer.editor.value?.keys() : undefined}
        fixed={keyWords.fixedRows}
        onClose={onClose}
      />
    );
  }
  if (panel === 'outbox') return <OutboxSheet desk={desk} onClose={onClose} />;
  if (!task) return null;
  if (panel === 'skip') {
    return (
      <SkipSheet
        skip={task.skip ?? null}
        onClose={onClose}
        onSkip={(reason) => {
          onClose();
          void desk.skip(reason);
        }}
      />
    );
  }
  return (
    <FlagSheet
      onClose={onClose}
      onFlag={(reason, note) => {
        onClose();
        void desk.flag(reason, note);
      }}
    />
  );
}

function SkipSheet(props: { skip: Assignment['skip'] | null; onClose: () => void; onSkip: (reason: string) => void }) {
  const { skip } = props;
  const share = (value: number) => `${value}%`;
  return (
    <Sheet title={paid.skipTitle} onClose={props.onClose}>
      <div class="wb-choices">
        {Object.entries(paid.skipReasons).map(([code, text]) => (
          <button key={code} type="button" class="wb-button wb-choice" onClick={() => props.onSkip(code)}>
            {text}
          </button>
        ))}
      </div>
      {skip && (
        <p class="wb-quiet">
          {skip.rate_percent > skip.free_percent
            ? paid.skipRateHigh(share(skip.rate_percent), share(skip.throttle_percent))
            : paid.skipRate(share(skip.rate_percent), share(skip.free_percent))}
        </p>
      )}
    </Sheet>
  );
}

function FlagSheet(props: { onClose: () => void; onFlag: (reason: string, note: string) => void }) {
  const reason = useSignal('ambiguous');
  const note = useSignal('');
  return (
    <Sheet title={paid.flagTitle} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onFlag(reason.value, note.value.trim());
        }}
      >
        <fieldset class="wb-choices">
          <legend class="wb-quiet">{paid.flagPaid}</legend>
          {Object.entries(paid.flagReasons).map(([code, text]) => (
            <label key={code} class="wb-chip wb-choice">
              <input
                type="radio"
                name="flag-reason"
                checked={reason.value === code}
                onChange={() => {
                  reason.value = code;
                }}
              />
              {text}
            </label>
          ))}
        </fieldset>
        <label class="wb-field">
          <span>{paid.flagNote}</span>
          <textarea
            class="wb-input"
            rows={3}
            maxLength={1000}
            dir="auto"
            value={note.value}
            onInput={(event) => {
              note.value = event.currentTarget.value;
            }}
          />
        </label>
        <div class="wb-actions">
          <button type="submit" class="wb-button wb-primary">
            {paid.flagSend}
          </button>
          <button type="button" class="wb-button" onClick={props.onClose}>
            {markWords.cancel}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function OutboxSheet({ desk, onClose }: { desk: WorkDesk; onClose: () => void }) {
  const sure = useSignal<string | null>(null);
  const held = desk.held.value;
  useEffect(() => {
    if (held.length === 0) onClose();
  }, [held.length]);
  return (
    <Sheet title={paid.outboxTitle} onClose={onClose}>
      <p class="wb-quiet">{paid.outboxText}</p>
      <ul class="wb-held">
        {held.map(({ key, createdAt, problem, fixable, over }) => (
          <li key={key} class="wb-held-item">
            <small>{paid.outboxWhen(clockTime(createdAt))}</small>
            <ProblemText problem={problem} />
            <div class="wb-actions">
              {fixable && (
                <button
                  type="button"
                  class="wb-button wb-primary"
                  onClick={() => {
                    onClose();
                    void desk.fix(key);
                  }}
                >
                  {paid.outboxFix}
                </button>
              )}
              {over && (
                <button
                  type="button"
                  class="wb-button wb-primary"
                  onClick={() => {
                    onClose();
                    void desk.reclaim(key);
                  }}
                >
                  {paid.outboxReclaim}
                </button>
              )}
              <button type="button" class="wb-button" onClick={() => void desk.resend(key)}>
                {paid.outboxRetry}
              </button>
              <button
                type="button"
                class="wb-button"
                onClick={() => {
                  if (sure.value === key) void desk.forget(key);
                  else sure.value = key;
                }}
              >
                {sure.value === key ? paid.outboxForgetSure : paid.outboxForget}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <button type="button" class="wb-button" onClick={() => void desk.exportHeld()}>
        {paid.outboxExport}
      </button>
    </Sheet>
  );
}

function BreakCard({ desk, pause }: { desk: WorkDesk; pause: BreakState }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1_000);
    return () => clearInterval(timer);
  }, []);
  if (pause.kind === 'offered') {
    return (
      <Sheet title={paid.breakTitle}>
        <p>{paid.breakText}</p>
        <div class="wb-actions">
          <button type="button" class="wb-button wb-primary" onClick={() => void desk.takeBreak()}>
            {paid.breakTake}
          </button>
          {pause.maySnooze && (
            <button type="button" class="wb-button" onClick={() => desk.snooze()}>
              {paid.breakLater}
            </button>
          )}
        </div>
      </Sheet>
    );
  }
  const left = Math.floor((pause.endsAt - now.value) / 1000);
  return (
    <Sheet title={paid.breakOn}>
      <p class="wb-break" role="timer">
        {left > 0 ? paid.breakLeft(duration(left)) : paid.breakDone}
      </p>
      <div class="wb-actions">
        <button type="button" class="wb-button wb-primary" onClick={() => void desk.endBreak()}>
          {paid.breakEnd}
        </button>
      </div>
    </Sheet>
  );
}
