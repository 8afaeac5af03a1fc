/** The drawn part of a verdict's page: layers over the image. The page around it says the rest, object by object. */
import { useEffect } from 'preact/hooks';
import { heard } from './keymap';
import { shellKey } from './keys';
import { Message } from './message';
import { ProblemText } from './notices';
import type { Layer, ReceiptDesk } from './receipt-desk';
import { Bench } from './stage';
import { say } from './strings';
import { tell } from './strings-more';
import { words } from './strings-pages';
import { typing } from './typing';

export function ReceiptPage({ desk }: { desk: ReceiptDesk }) {
  const receipt = desk.receipt.value;
  const answer = desk.answer.value;
  const problem = desk.problem.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const open = desk.answer.value;
      if (event.defaultPrevented || event.isComposing || typing(event) || !open) return;
      if (receiptKey(event, desk) || shellKey(event, open)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div class="wb-frame">
      <div class="wb wb-inset">
        {receipt && answer ? (
          <Bench
            answer={answer}
            overlays={desk.overlays.value}
            hidden={desk.hidden.value}
            place={desk.places.value[desk.at.value ?? -1]}
            readOnly
            plain
            forceEditor={desk.layers.value.length > 1}
          >
            <Layers desk={desk} />
            <Places desk={desk} />
            {receipt.verdict && !receipt.verdict.expected && <p class="wb-quiet">{words.noExpected}</p>}
          </Bench>
        ) : problem ? (
          <Message title={problem.title || tell.refusedTitle}>
            <ProblemText problem={problem} />
            <button type="button" class="wb-button" onClick={() => void desk.start()}>
              {say.tryAgain}
            </button>
          </Message>
        ) : (
          <Message title={say.loadingPage} />
        )}
      </div>
    </div>
  );
}

/** Keys of the moderator's comparison. */
function receiptKey({ code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent, desk: ReceiptDesk): boolean {
  if (ctrlKey || metaKey || altKey || shiftKey || !heard('N') || desk.places.value.length === 0) return false;
  if (code !== 'KeyN' && code !== 'KeyP') return false;
  desk.step(code === 'KeyN' ? 1 : -1);
  return true;
}

/** Goes through what the verdict speaks of, as close as the hand was that drew it. */
function Places({ desk }: { desk: ReceiptDesk }) {
  const count = desk.places.value.length;
  if (count === 0) return null;
  const step = (by: 1 | -1, key: string, label: string) => (
    <button type="button" class="wb-button" aria-keyshortcuts={key.toLowerCase()} onClick={() => desk.step(by)}>
      <span class="wb-hidden">{label}</span>
      <span aria-hidden="true">{by === 1 ? '→' : '←'}</span>{' '}
      <span class="wb-key" aria-hidden="true">
        {key}
      </span>
    </button>
  );
  return (
    <div class="wb-row">
      <span role="status">{words.placesOf(desk.at.value === null ? null : desk.at.value + 1, count)}</span>
      <span class="wb-steps">
        {step(-1, 'P', words.placeBefore)}
        {step(1, 'N', words.placeNext)}
      </span>
    </div>
  );
}

function Layers({ desk }: { desk: ReceiptDesk }) {
  if (desk.layers.value.length < 2) return null;
  const names: Record<Layer, string> = {
    own: words.own,
    expected: words.expected,
    differences: words.differences,
    mark: words.markShown,
    comments: words.commentsShown,
    corrected: words.correctedShown,
  };
  return (
    <fieldset class="wb-group">
      <legend class="wb-legend">{words.layers}</legend>
      <div class="wb-chips">
        {desk.layers.value.map((layer) => (
          <label key={layer} class="wb-chip">
            <input
              type="checkbox"
              checked={desk.shown[layer].value}
              onChange={(event) => {
                desk.shown[layer].value = event.currentTarget.checked;
              }}
            />
            {layer === 'own' || layer === 'differences' ? null : <span class={`wb-look wb-look-${layer}`} />}
            {names[layer]}
          </label>
        ))}
      </div>
      {desk.shown.differences.value && desk.layers.value.includes('differences') && (
        <p class="wb-legend-row">
          <span class="wb-look wb-look-missed" /> {words.legendMissed}
          <span class="wb-look wb-look-extra" /> {words.legendExtra}
        </p>
      )}
    </fieldset>
  );
}
