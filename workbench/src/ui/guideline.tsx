/** The guideline beside or over the image: what changed, the rules, good and bad examples, the clauses by number. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Guideline } from '../wire';
import { chosen, screenTest } from './device';
import { IconButton } from './icons';
import { choices } from './picture';
import { placeAbout } from './place-about';
import { Sheet } from './sheet';
import { say } from './strings';
import { tell } from './strings-more';
import { look, paid } from './strings-rest';
import { wideScreen } from './wide-screen';

function GuidelineText(props: { guideline: Guideline; clause?: string | null; about?: string | null }) {
  const { guideline, clause, about } = props;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parts = about ? [...place.current!.querySelectorAll('h1, h2, h3, h4, p, li, td, figcaption')] : [];
    const texts = parts.map(({ textContent }) => textContent ?? '');
    const found = parts[about ? placeAbout(texts, about) : -1];
    // A sheet that holds it is shown after this.
    const wanted = requestAnimationFrame(() => found?.scrollIntoView({ block: 'start' }));
    return () => cancelAnimationFrame(wanted);
  }, [guideline, about]);
  return (
    <div class="wb-guideline" ref={place}>
      <p class="wb-quiet">{paid.version(guideline.version)}</p>
      {/* Sanitised by the server when the guideline was saved. */}
      <div class="wb-prose" dangerouslySetInnerHTML={{ __html: guideline.html }} />
      {guideline.clauses.length > 0 && (
        <>
          <h3>{paid.clauses}</h3>
          <ol class="wb-clauses">
            {guideline.clauses.map(({ id, title }) => (
              <li key={id} class={clause === id ? 'wb-clause-on' : ''}>
                <b>{id}</b> <span dir="auto">{title}</span>
              </li>
            ))}
          </ol>
        </>
      )}
      {guideline.examples.length > 0 && (
        <>
          <h3>{paid.examples}</h3>
          <div class="wb-examples">
            {guideline.examples.map((example) => (
              <figure key={example.caption} class={`wb-example wb-example-${example.kind}`}>
                {example.images.map((picture) => {
                  const url = choices(picture, 320, devicePixelRatio).at(-1)?.url;
                  return (
                    <img
                      key={url}
                      src={url}
                      width={picture.width}
                      height={picture.height}
                      alt={example.caption}
                      loading="lazy"
                    />
                  );
                })}
                <figcaption>
                  <b>{example.kind === 'good' ? `✓ ${paid.good}` : `✕ ${paid.bad}`}</b>{' '}
                  <span dir="auto">{example.caption}</span>
                </figcaption>
              </figure>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

/** Beside the image where there is room, over it where there is none. */
export function Reading(props: {
  guideline: Guideline | null;
  failed?: boolean;
  clause?: string;
  /** The label in the hand: it opens at the place that speaks of it. */
  about?: string | null;
  onClose: (() => void) | null;
}) {
  const { guideline, onClose } = props;
  const aside = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement;
    // A moderator's stands there from the beginning.
    if (onClose) aside.current?.focus();
    return () => {
      if (aside.current?.contains(document.activeElement)) before.focus();
    };
  }, []);
  const text = guideline ? (
    <GuidelineText guideline={guideline} clause={props.clause ?? null} about={props.about ?? null} />
  ) : (
    <p class="wb-quiet">{props.failed ? paid.noGuideline : say.loadingPage}</p>
  );
  if (!wideScreen.value) {
    return onClose ? (
      <Sheet title={say.guideline} onClose={onClose}>
        {text}
      </Sheet>
    ) : null;
  }
  return (
    <aside
      ref={aside}
      class="wb-guide"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must be able to reach it (WCAG 2.1.1)
      tabIndex={0}
      aria-label={say.guideline}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose?.();
      }}
    >
      <header class="wb-sheet-head">
        <h2>{say.guideline}</h2>
        {onClose && <IconButton icon="close" label={tell.close} onClick={onClose} />}
      </header>
      {text}
    </aside>
  );
}

/** At the start of a shift: what changed first, then the whole text. */
export function ShiftStart({ guideline, onAcknowledge }: { guideline: Guideline; onAcknowledge: () => void }) {
  const { changes, version } = guideline;
  return (
    <div class="wb-page">
      <article class="wb-card wb-shift">
        <h1>{paid.shiftTitle}</h1>
        <p>{changes ? paid.shiftChanged(changes.from_version, version) : paid.shiftSame(version)}</p>
        {changes && <div class="wb-prose wb-diff" dangerouslySetInnerHTML={{ __html: changes.html }} />}
        <details open={!changes}>
          <summary>{paid.wholeGuideline}</summary>
          <GuidelineText guideline={guideline} />
        </details>
        {chosen('screen') === null && (
          <p>
            {look.screenOffer}{' '}
            <a class="wb-link" href={screenTest()}>
              {look.screenTest}
            </a>
          </p>
        )}
        <div class="wb-shift-foot">
          <button type="button" class="wb-button wb-primary" onClick={onAcknowledge}>
            {paid.acknowledge}
          </button>
        </div>
      </article>
    </div>
  );
}
