/** An answer beside the expected one or another of its task: what is on the image, and the list of what differs. */
import { useEffect, useRef } from 'preact/hooks';
import type { CompareLook, Finding, ReviewDesk } from './review-desk';
import { words } from './strings-pages';
import { reviewWords } from './strings-review';

const LOOKS: readonly CompareLook[] = ['own', 'expected', 'difference'];

export function Comparison({ desk, canReject }: { desk: ReviewDesk; canReject: boolean }) {
  const references = desk.references.value;
  if (references.length === 0) return null;
  return (
    <section class="wb-compare" aria-label={reviewWords.compareWith}>
      {references.length > 1 ? (
        <label class="wb-field">
          <span class="wb-legend">{reviewWords.compareWith}</span>
          <select
            class="wb-input"
            value={String(desk.chosen.value)}
            onChange={(event) => {
              desk.compareWith(Number(event.currentTarget.value));
            }}
          >
            {references.map(({ name }, index) => (
              <option key={name} value={String(index)}>
                {reviewWords.referenceName(name)}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <h3>
          {reviewWords.compareWith} {reviewWords.referenceName(references[0]!.name)}
        </h3>
      )}
      <fieldset class="wb-group">
        <legend class="wb-legend">{reviewWords.lookLegend}</legend>
        <div class="wb-chips">
          {LOOKS.map((look, index) => (
            <label key={look} class="wb-chip">
              <input
                type="radio"
                name="look"
                checked={desk.look.value === look}
                onChange={() => {
                  desk.look.value = look;
                }}
              />
              {reviewWords.looks[look]} <span class="wb-key">{index + 1}</span>
            </label>
          ))}
        </div>
        {desk.look.value === 'difference' && (
          <p class="wb-legend-row">
            <span class="wb-look wb-look-missed" /> {words.legendMissed}
            <span class="wb-look wb-look-extra" /> {words.legendExtra}
          </p>
        )}
      </fieldset>
      <Findings desk={desk} canReject={canReject} />
    </section>
  );
}

function Findings({ desk, canReject }: { desk: ReviewDesk; canReject: boolean }) {
  const findings = desk.findings.value;
  const at = desk.at.value;
  const differing = findings.filter(({ outcome }) => outcome !== 'fits').length;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (at !== null) list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <>
      <div class="wb-row">
        <span role="status">
          {reviewWords.findings(differing)}
          {at !== null && at < differing && ` · ${reviewWords.at(at + 1, differing)}`}
        </span>
        {differing > 0 && (
          <span class="wb-steps">
            <button type="button" class="wb-button" aria-keyshortcuts="p" onClick={() => desk.step(-1)}>
              ← <span class="wb-hidden">{reviewWords.previous}</span> <span class="wb-key">P</span>
            </button>
            <button type="button" class="wb-button" aria-keyshortcuts="n" onClick={() => desk.step(1)}>
              → <span class="wb-hidden">{reviewWords.next}</span> <span class="wb-key">N</span>
            </button>
          </span>
        )}
      </div>
      <ol class="wb-findings" ref={list}>
        {findings.map((finding, index) => (
          <li
            key={index}
            class={`wb-finding-row ${index === at ? 'wb-finding-at' : ''}`}
            aria-current={index === at ? 'true' : undefined}
          >
            <button type="button" class="wb-finding" onClick={() => desk.show(index)}>
              <b dir="auto">{finding.label}</b> <span>{reviewWords.outcome[finding.outcome]}</span>
              {finding.similarity !== null && (
                <span class="wb-quiet wb-number">{reviewWords.match(finding.similarity)}</span>
              )}
              {finding.said && <small dir="auto">{saidOf(finding.said)}</small>}
            </button>
            {canReject && finding.outcome !== 'fits' && (
              <button
                type="button"
                class="wb-button wb-bad"
                aria-label={reviewWords.rejectHereFor(named(finding))}
                onClick={() => desk.rejectAt(index)}
              >
                {reviewWords.rejectHere}
                {index === at && (
                  <span class="wb-key" aria-hidden="true">
                    M
                  </span>
                )}
              </button>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

const named = ({ label, outcome }: Finding): string => `${label}, ${reviewWords.outcome[outcome]}`;

const saidOf = ({ given, expected }: NonNullable<Finding['said']>): string =>
  reviewWords.saidBoth(given || reviewWords.saidNothing, expected || reviewWords.saidNothing);
