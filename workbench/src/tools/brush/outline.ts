import { fillRings, type PixelRect } from '../../geometry/mask';
import { clamped, type Ring } from '../../geometry/points';
import type { Path } from '../path/path';
import { Placing } from '../path/placing';
import { type Bench, type Press, State } from '../tool';
import { lay, spare, sparedFor } from './laid';
import { meant } from './meant';

/** An outline around pixels: its inside joins the mask, or leaves it. */
export class OutlineIdle extends State {
  readonly name = 'outline.idle';

  constructor(
    bench: Bench,
    private readonly erase: boolean,
  ) {
    super(bench);
    bench.hint(erase ? 'outline_minus' : 'outline_plus');
  }

  override down(press: Press): State {
    if (this.bench.readOnly) return this;
    const mask = meant(this.bench, press, this.erase);
    if (mask === null && this.erase) return this;
    return new Placing(this.bench, this, outlineOf(mask?.id ?? null, this.erase), []).down(press);
  }
}

/** The mask is asked for again at the end: it may have changed or gone meanwhile. */
const outlineOf = (id: string | null, erase: boolean): Path => ({
  closed: true,
  least: 3,
  hint: erase ? 'outline_minus' : 'outline_plus',
  hintOpen: 'outline_open',
  shape: (points) => ({ kind: 'polygon', polygon: [points] }),
  store(bench, points) {
    const found = id === null ? null : bench.shape(id);
    const base = found?.kind === 'mask' ? found : null;
    const region = bench.scratch();
    const rect = around(points, region);
    fillRings(region, [points]);
    if (!erase) spare(region, sparedFor(bench, base?.id), rect);
    const laid = lay(bench, base, region, rect, { erase, reason: erase ? 'erase' : 'paint' });
    region.pixels.fill(0);
    if (laid !== null) bench.select([laid]);
  },
});

function around(ring: Ring, { width, height }: { width: number; height: number }): PixelRect {
  const [xs, ys] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  return [
    clamped(Math.floor(Math.min(...xs)), 0, width),
    clamped(Math.floor(Math.min(...ys)), 0, height),
    clamped(Math.ceil(Math.max(...xs)), 0, width),
    clamped(Math.ceil(Math.max(...ys)), 0, height),
  ];
}
