/**
 * The panel of image and screen: how the photograph is shown, and what this device is set to. It lies over the lower part
 * of the image and is no dialog: what one adjusts must stay in sight, and the work goes on beside it.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from './answer';
import { type Choice, looking, lowData, placeOf, screenTest, storedLooks, turnLook } from './device';
import { IconButton } from './icons';
import { filterOf, isPlain, keptLook, type Look, PLAIN, SLIDERS, type Slider, storeLooks, withLook } from './look';
import { penPressure } from './pen';
import { fittedWidth, spared } from './picture';
import { tell } from './strings-more';
import { look as words } from './strings-rest';
import { tint_percent } from './tint';

export function LookPanel({ answer }: { answer: Answer }) {
  const { picture } = answer;
  const panel = useRef<HTMLElement>(null);
  const [look, setLook] = useState<Look>(() => keptLook(storedLooks(), picture));
  const open = looking.value === true;
  useLayoutEffect(() => {
    const stage = panel.current!.closest<HTMLElement>('.wb-stage')!;
    stage.style.setProperty('--image-look', filterOf(look) || 'none');
    return () => stage.style.removeProperty('--image-look');
  }, [look]);
  useEffect(() => {
    if (!open) return;
    const before = document.activeElement;
    const here = panel.current!;
    here.querySelector('input')!.focus({ preventScroll: true });
    // The image has had its Escape by now: work that is begun, or a mark in the hand, goes before the panel.
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) turnLook();
    };
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('keydown', onKey);
      // Hidden, the panel has lost it to the page; whoever has gone on to the image or a button stays there.
      const isElsewhere = document.activeElement !== document.body && !here.contains(document.activeElement);
      if (before instanceof HTMLElement && before.isConnected && !isElsewhere) before.focus({ preventScroll: true });
    };
  }, [open]);
  const change = (next: Look) => {
    setLook(next);
    storeLooks(withLook(storedLooks(), picture, next));
  };
  return (
    <section
      ref={panel}
      class="wb-look-panel"
      aria-label={words.title}
      hidden={!open}
      onKeyDown={(event) => {
        // Arrows move a slider here, and no letter is meant for the image.
        event.stopPropagation();
        if (event.key === 'Escape') turnLook();
      }}
    >
      <header class="wb-look-row">
        <h2 class="wb-look-head">{words.image}</h2>
        <IconButton icon="close" label={tell.close} onClick={turnLook} />
      </header>
      <p class="wb-quiet">{words.imageText}</p>
      {(Object.keys(SLIDERS) as Slider[]).map((name) => (
        <Percent
          key={name}
          name={words.slider[name]!}
          range={SLIDERS[name]}
          step={5}
          value={look[name]}
          onInput={(value) => change({ ...look, [name]: value })}
        />
      ))}
      <div class="wb-look-row">
        <label class="wb-look-check">
          <input
            class="wb-check"
            type="checkbox"
            checked={look.inverted}
            onChange={(event) => change({ ...look, inverted: event.currentTarget.checked })}
          />
          {words.inverted}
        </label>
        <button type="button" class="wb-button" disabled={isPlain(look)} onClick={() => change(PLAIN)}>
          {words.reset}
        </button>
      </div>
      <Device answer={answer} />
    </section>
  );
}

function Percent(props: {
  name: string;
  range: readonly [number, number];
  step: number;
  value: number;
  onInput: (value: number) => void;
}) {
  return (
    <label class="wb-slider">
      <span>{props.name}</span>
      <input
        class="wb-range"
        type="range"
        min={props.range[0]}
        max={props.range[1]}
        step={props.step}
        value={props.value}
        aria-valuetext={words.percent(props.value)}
        onInput={(event) => props.onInput(event.currentTarget.valueAsNumber)}
      />
      <output aria-hidden="true">{words.percent(props.value)}</output>
    </label>
  );
}

function Device({ answer: { picture, schema } }: { answer: Answer }) {
  const root = document.documentElement;
  const [left, setLeft] = useState(root.dataset.hand === 'left');
  const stage = document.querySelector('.wb-stage')?.getBoundingClientRect();
  const saved_percent = stage ? spared(picture, fittedWidth(picture, stage), devicePixelRatio) : 0;
  return (
    <>
      <h3>{words.device}</h3>
      {schema.labels.length > 0 && (
        <Percent
          name={words.tint}
          range={[0, 100]}
          step={2}
          value={tint_percent.value}
          onInput={(value) => {
            tint_percent.value = value;
            choose('tint', String(value));
          }}
        />
      )}
      <label class="wb-look-check">
        <input
          class="wb-check"
          type="checkbox"
          checked={left}
          onChange={({ currentTarget: { checked } }) => {
            setLeft(checked);
            root.dataset.hand = checked ? 'left' : '';
            choose('hand', root.dataset.hand);
          }}
        />
        {words.leftHanded}
      </label>
      <label class="wb-look-check">
        <input
          class="wb-check"
          type="checkbox"
          checked={penPressure.value}
          onChange={({ currentTarget: { checked } }) => {
            penPressure.value = checked;
            choose('pressure', checked ? 'on' : '');
          }}
        />
        {words.pressure}
      </label>
      <label class="wb-look-check">
        <input
          class="wb-check"
          type="checkbox"
          checked={lowData.value}
          onChange={({ currentTarget: { checked } }) => {
            lowData.value = checked;
            choose('data', checked ? 'low' : 'full');
            // The page itself asks for the first image before this script runs.
            // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is not in every browser
            document.cookie = `tagwork_data=${checked ? 'low' : 'full'};path=/work/;max-age=31536000;samesite=lax`;
          }}
        />
        {words.lowData}
      </label>
      <p class="wb-quiet">
        {saved_percent > 0 ? words.lowDataSaves(saved_percent) : words.lowDataNone} {words.lowDataZoom}{' '}
        {words.dataUsed(Math.ceil(received_bytes() / 1e5) / 10)}
      </p>
      <p>
        <a class="wb-link" href={screenTest()}>
          {words.screenTest}
        </a>
      </p>
    </>
  );
}

// 250 is what a browser remembers unasked: less than an hour of tasks.
performance.setResourceTimingBufferSize(10_000);

/**
 * What came over the line. Of what the service worker answers the browser tells no more than its size: the site's own files
 * it keeps, others it fetches, unless the browser still had them.
 */
const received_bytes = (): number =>
  (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).reduce(
    (sum, { name, transferSize, workerStart, encodedBodySize }) =>
      sum + (transferSize || (workerStart && !name.includes('/static/') ? encodedBodySize : 0)),
    0,
  );

function choose(choice: Choice, value: string): void {
  try {
    localStorage.setItem(placeOf(choice), value);
  } catch {
    // It holds until the page is left.
  }
}
