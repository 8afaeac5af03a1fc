/** The drawn part of a verdict's page: layers over the image, and each object with its match. The page around it says the rest. */
import type { Receipt, ScoredObject } from '../wire';
import { percent } from './format';
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
            <Told receipt={receipt} onPick={(id) => answer.editor.value?.select([id])} />
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

function Told({ receipt, onPick }: { receipt: Receipt; onPick: (id: string) => void }) {
  const { verdict } = receipt;
  if (!verdict) return null;
  return (
    <>
      {verdict.clause && (
        <p>
          {words.rule} <b>{verdict.clause.id}</b>: <span dir="auto">{verdict.clause.title}</span>
        </p>
      )}
      {verdict.score && verdict.score.objects.length > 0 && (
        <table class="wb-table">
          <thead>
            <tr>
              <th scope="col">{words.object}</th>
              <th scope="col">{words.match}</th>
              <th scope="col">{words.result}</th>
            </tr>
          </thead>
          <tbody>
            {verdict.score.objects.map((object) => (
              <ObjectRow key={`${object.expected_id} ${object.given_id}`} object={object} onPick={onPick} />
            ))}
          </tbody>
        </table>
      )}
      {!verdict.expected && <p class="wb-quiet">{words.noExpected}</p>}
    </>
  );
}

function ObjectRow({ object, onPick }: { object: ScoredObject; onPick: (id: string) => void }) {
  const { given_id, label, kind, similarity, outcome } = object;
  const name = `${label}, ${tell.kind[kind] ?? kind}`;
  return (
    <tr>
      <th scope="row">
        {given_id ? (
          <button type="button" class="wb-link" onClick={() => onPick(given_id)}>
            {name}
          </button>
        ) : (
          name
        )}
      </th>
      <td class="wb-number">{similarity === null ? '–' : percent(similarity)}</td>
      <td class={`wb-outcome wb-outcome-${outcome}`}>{words.outcome[outcome] ?? outcome}</td>
    </tr>
  );
}
