/**
 * The place of the image and the answer, for any schema. A schema that only asks for tags never loads the Editor: that is
 * most of the script and most of the wait on a cheap phone.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { LabelSchema } from '../model/schema';
import type { Picture } from '../wire';
import { type Answer, needsEditor, oneTapGroup } from './answer';
import { OneTap, Tags } from './choices';
import { looking, lowData } from './device';
import { lazy } from './lazy';
import { Photo } from './photo';
import { fittedWidth, prefetch } from './picture';
import type { ShapeBenchProps } from './shape-bench';
import { say } from './strings';

export interface BenchProps extends Omit<ShapeBenchProps, 'children'> {
  /** One tap answers and advances; without it the same group is chosen and submitted. */
  readonly onChoose?: ((option: string) => void) | undefined;
  /** The Editor shows the image even though the schema draws nothing: moderators mark on it. */
  readonly forceEditor?: boolean | undefined;
  readonly children?: ComponentChildren;
}

/** A tap meant for the image before must not answer this one. */
const SETTLE_MS = 300;
/** No tap came before the first image of a page. */
let isFirst = true;

// The work page asks for it, and for the shapes of its project, before this script runs.
const LookPanel = lazy(async () => (await import('./work-rest')).LookPanel);
const DrawingBench = lazy(async () => (await import('./drawing-bench')).DrawingBench);

export function Bench(props: BenchProps) {
  if (!needsEditor(props.answer.schema) && !props.forceEditor) return <TagBench {...props} />;
  // One Editor and one list for each answer: no field may remember the mark before.
  return <DrawingBench key={props.answer} {...props} fallback={NotYet} />;
}

export const NotYet = (failed: boolean) => <div class="wb-stage">{failed ? <NotLoaded /> : null}</div>;

function NotLoaded() {
  return (
    <div class="wb-card wb-middle" role="alert">
      <p>{say.unreachableText}</p>
      <button type="button" class="wb-button" onClick={() => location.reload()}>
        {say.tryAgain}
      </button>
    </div>
  );
}

function TagBench({ answer, readOnly, onChoose, children, sensitive }: BenchProps) {
  const group = onChoose ? oneTapGroup(answer.schema) : null;
  const ready = () => {
    const wait_ms = isFirst ? 0 : SETTLE_MS;
    isFirst = false;
    setTimeout(() => {
      answer.ready.value = true;
    }, wait_ms);
  };
  return (
    <>
      <div class="wb-stage">
        <Photo picture={answer.picture} onReady={ready} renew={answer.renew} />
        <Looked key={answer} answer={answer} />
        {sensitive && <Veil key={answer} />}
      </div>
      <section class="wb-deck" aria-label={say.labels} tabIndex={readOnly ? 0 : undefined}>
        {group && onChoose ? (
          <OneTap key={group.name} group={group} answer={answer} onChoose={onChoose} />
        ) : (
          <Tags answer={answer} readOnly={readOnly ?? false} keysFrom={0} />
        )}
        {children}
      </section>
    </>
  );
}

/** The image as this person wants to see it. */
export const Looked = ({ answer }: { answer: Answer }) =>
  looking.value === null ? null : <LookPanel answer={answer} fallback={() => null} />;

/** Consent, not protection: nothing is shown until the person asks for it. */
export function Veil() {
  const lifted = useSignal(false);
  if (lifted.value) return null;
  return (
    <div class="wb-veil">
      <div class="wb-card">
        <h2>{say.sensitiveTitle}</h2>
        <p>{say.sensitiveText}</p>
        <button
          type="button"
          class="wb-button"
          onClick={() => {
            lifted.value = true;
          }}
        >
          {say.sensitiveShow}
        </button>
      </div>
    </div>
  );
}

/** Loads what the next task needs: its image in the size it will have here, and the Editor if it draws. */
export async function prefetchFor(schema: LabelSchema, picture: Picture): Promise<void> {
  const stage = document.querySelector('.wb-stage')?.getBoundingClientRect();
  const place = stage ?? { width: innerWidth, height: innerHeight };
  if (needsEditor(schema)) await DrawingBench.load().catch(() => undefined);
  if (!lowData.value) await prefetch(picture, fittedWidth(picture, place), devicePixelRatio);
}
