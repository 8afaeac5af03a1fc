/** The drawn part of a verdict's page: layers over the image. The page around it says the rest, object by object. */
import { Message } from './message';
import { ProblemText } from './notices';
import type { Layer, ReceiptDesk } from './receipt-desk';
import { Bench } from './stage';
import { say } from './strings';
import { tell } from './strings-more';
import { words } from './strings-pages';

export function ReceiptPage({ desk }: { desk: ReceiptDesk }) {
  const receipt = desk.receipt.value;
  const answer = desk.answer.value;
  const problem = desk.problem.value;
  return (
    <div class="wb-frame">
      <div class="wb wb-inset">
        {receipt && answer ? (
          <Bench
            answer={answer}
            overlays={desk.overlays.value}
            hidden={desk.hidden.value}
            readOnly
            plain
            forceEditor={desk.layers.value.length > 1}
          >
            <Layers desk={desk} />
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
