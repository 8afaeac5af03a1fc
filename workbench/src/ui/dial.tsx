/** How much of the expected answer is met, while the hand moves; the notch is where it is enough. */
import { percent } from './format';
import { words } from './strings-pages';

const RADIUS = 15.9155; // a circumference of 100, so that a share is a length

export function Dial({ ratio, aim }: { ratio: number | null; aim: number }) {
  const share = (ratio ?? 0) * 100;
  const turn = aim * 2 * Math.PI - Math.PI / 2;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const enough = (ratio ?? 0) >= aim;
  return (
    <div class={`wb-dial ${enough ? 'wb-dial-enough' : ''}`}>
      <svg
        viewBox="0 0 40 40"
        role="img"
        aria-label={`${words.dial} ${percent(ratio ?? 0)}, ${words.dialAim(percent(aim))}`}
      >
        <circle class="wb-dial-ground" cx="20" cy="20" r={RADIUS} />
        <circle
          class="wb-dial-share"
          cx="20"
          cy="20"
          r={RADIUS}
          stroke-dasharray={`${share} ${100 - share}`}
          transform="rotate(-90 20 20)"
        />
        <line class="wb-dial-aim" x1={20 + 12.5 * cos} y1={20 + 12.5 * sin} x2={20 + 19.5 * cos} y2={20 + 19.5 * sin} />
        <text x="20" y="21" class="wb-dial-number">
          {ratio === null ? '–' : percent(ratio)}
        </text>
      </svg>
    </div>
  );
}
