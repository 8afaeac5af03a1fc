import { describe, expect, it } from 'vitest';
import { decodeMask, maskArea, maskBounds } from '../../geometry/mask';
import type { MaskAnnotation } from '../../model/annotation';
import { type At, Hands } from '../testing/hands';

const mask = (hands: Hands) => (hands.annotations[0] as MaskAnnotation).mask;

function painted(): Hands {
  const hands = new Hands('brush');
  hands.session.setBrush({ radius_px: 20 });
  return hands.drag([200, 200], [250, 200], [400, 200]);
}

it('a stroke makes a mask of the area it swept', () => {
  const area = maskArea(mask(painted()));
  // A capsule: the rectangle of 200 x 40 and a circle of radius 20.
  expect(Math.abs(area - (200 * 40 + Math.PI * 400)) / area).toBeLessThan(0.005);
  expect(maskBounds(mask(painted()))).toEqual([180, 180, 420, 220]);
});

it('the next stroke goes on in the same mask', () => {
  const hands = painted().drag([300, 100], [300, 300]);
  expect(hands.annotations).toHaveLength(1);
  expect(maskBounds(mask(hands))).toEqual([180, 80, 420, 320]);
  expect(hands.changes).toEqual(['create', 'paint']);
});

it('with nothing selected the next stroke begins another object', () => {
  const hands = painted();
  hands.session.select([]);
  hands.drag([300, 500], [400, 500]);
  expect(hands.annotations).toHaveLength(2);
});

it('with another label chosen the next stroke begins another object', () => {
  const hands = new Hands('brush', {
    schema: { labels: ['cat', 'dog'].map((name) => ({ name, kinds: ['mask' as const] })) },
  });
  hands.drag([200, 200], [250, 200]);
  hands.session.setLabel('cat');
  hands.drag([200, 260], [250, 260]);
  hands.session.setLabel('dog');
  hands.drag([200, 500], [250, 500]);
  expect(hands.labels).toEqual(['cat', 'dog']);
});

it('undo and redo give back the very same masks', () => {
  const hands = painted();
  const first = mask(hands);
  hands.drag([300, 100], [300, 300]);
  hands.session.setTool('eraser');
  hands.drag([200, 100], [230, 300]);
  const third = mask(hands);
  hands.session.undo();
  hands.session.undo();
  expect(mask(hands)).toEqual(first);
  hands.session.redo();
  hands.session.redo();
  expect(mask(hands)).toEqual(third);
});

it('the eraser takes away exactly what the brush would paint', () => {
  const hands = painted();
  hands.session.setTool('eraser');
  hands.drag([300, 100], [300, 300]);
  const { pixels, width } = decodeMask(mask(hands));
  expect(pixels[200 * width + 300]).toBe(0);
  expect(pixels[200 * width + 279]).toBe(1);
  expect(pixels[200 * width + 280]).toBe(0);
});

it('a mask that is rubbed out completely is removed, and undo brings it back', () => {
  const hands = painted();
  const before = mask(hands);
  hands.session.setTool('eraser');
  hands.session.setBrush({ radius_px: 100 });
  hands.drag([150, 200], [450, 200]);
  expect(hands.annotations).toEqual([]);
  hands.session.undo();
  expect(mask(hands)).toEqual(before);
});

it('the eraser without a mask only says so', () => {
  const hands = new Hands('eraser').drag([100, 100], [200, 200]);
  expect(hands.annotations).toEqual([]);
  expect(hands.hints).toContain('no_mask');
});

it('a withdrawn stroke leaves no trace, also not in the next one', () => {
  const hands = painted();
  const before = mask(hands);
  hands.down([600, 600]).move([700, 700]);
  hands.session.withdraw();
  expect(mask(hands)).toEqual(before);
  hands.drag([300, 190], [300, 210]);
  expect(maskBounds(mask(hands))).toEqual([180, 170, 420, 230]);
});

it('a stroke over what is painted already is no step of undo', () => {
  const hands = painted().drag([250, 200], [350, 200]);
  expect(hands.changes).toEqual(['create']);
});

it('the smallest brush paints single pixels', () => {
  const hands = new Hands('brush');
  hands.session.setBrush({ radius_px: 0.5 });
  hands.drag([10.5, 10.5], [14.5, 10.5]);
  expect(maskArea(mask(hands))).toBe(5);
});

it('the smallest brush paints the pixels its way runs through, however many moves a hand or a zoom makes of it', () => {
  const ways: At[][] = [
    [
      [10.3, 20.8],
      [31.7, 29.2],
      [12.87, 44.41],
      [12.93, 21.1],
    ],
    [
      [-3.2, 5.5],
      [6.1, 0.2],
      [25.4, -2.6],
      [33.3, 40.9],
    ],
  ];
  for (const way of ways) {
    const through = new Set<string>();
    way.slice(1).forEach(([x1, y1], i) => {
      const [x0, y0] = way[i]!;
      // Between any two crossings of the grid the way lies in one pixel.
      const cuts = [0, 1];
      for (let line = -5; line < 50; line++) cuts.push((line - x0) / (x1 - x0), (line - y0) / (y1 - y0));
      const inside = cuts.filter((t) => t >= 0 && t <= 1).sort((a, b) => a - b);
      inside.slice(1).forEach((t, k) => {
        const middle = (t + inside[k]!) / 2;
        const [x, y] = [Math.floor(x0 + middle * (x1 - x0)), Math.floor(y0 + middle * (y1 - y0))];
        if (x >= 0 && y >= 0) through.add(`${x},${y}`);
      });
    });
    for (const moves of [1, 7, 300]) {
      const cut = way.slice(1).flatMap(([x1, y1], i): At[] => {
        const [x0, y0] = way[i]!;
        const shares = Array.from({ length: moves }, (_, k) => (k + 1) / moves);
        return shares.map((t): At => [x0 + t * (x1 - x0), y0 + t * (y1 - y0)]);
      });
      const hands = new Hands('brush');
      hands.session.setBrush({ radius_px: 0.5 });
      hands.drag(way[0]!, ...cut);
      expect(pixelsSet(hands).sort(), `${moves} moves`).toEqual([...through].sort());
    }
  }
});

it('a pen that presses little leaves no gaps', () => {
  const hands = new Hands('brush');
  hands.session.setBrush({ radius_px: 1 });
  // Half a pixel and a tenth: aslant past the middles of all pixels.
  const press = (x: number, y: number) =>
    ({
      at: [x, y],
      screen: [x, y],
      trail: [[x, y]],
      pointer: 'pen',
      time: 0,
      alt: false,
      shift: false,
      brushShare: 0.6,
    }) as never;
  hands.session.down(press(10.02, 10.98));
  hands.session.move(press(14.02, 14.98));
  hands.session.up(press(14.02, 14.98));
  expect(pixelsSet(hands)).toEqual(expect.arrayContaining(['10,10', '11,11', '12,12', '13,13', '14,14']));
});

it('deleting the mask under a running stroke harms nothing', () => {
  const hands = painted().down([300, 100]).move([300, 300]);
  hands.session.remove(['1']);
  hands.up([300, 300]);
  expect(hands.annotations).toEqual([]);
});

it('holes are filled and islands removed, as one step of undo each', () => {
  const hands = painted();
  hands.session.setTool('eraser');
  hands.session.setBrush({ radius_px: 5 });
  hands.drag([300, 200], [300, 201]);
  hands.session.setTool('brush');
  hands.drag([300, 400], [310, 400]);
  const before = mask(hands);
  hands.session.cleanMask('1', 'islands');
  expect(maskBounds(mask(hands))).toEqual([180, 180, 420, 220]);
  hands.session.cleanMask('1', 'holes');
  expect(mask(hands)).toEqual(mask(painted()));
  hands.session.cleanMask('1', 'holes');
  hands.session.undo();
  hands.session.undo();
  expect(mask(hands)).toEqual(before);
});

it('a bay that is open to the outside is no hole', () => {
  const hands = painted();
  hands.session.setTool('eraser');
  hands.session.setBrush({ radius_px: 5 });
  hands.drag([300, 170], [300, 200]);
  const before = mask(hands);
  hands.session.cleanMask('1', 'holes');
  expect(mask(hands)).toEqual(before);
});

it("a pen's eraser rubs out of the mask and leaves the brush in the hand", () => {
  const hands = painted();
  const press = (x: number, y: number) => ({
    at: [x, y] as never,
    screen: [x, y] as never,
    trail: [[x, y]] as never,
    pointer: 'pen' as const,
    alt: false,
    shift: false,
    time: 0,
  });
  const before = maskArea(mask(hands));
  hands.session.rub(press(300, 150), 'down');
  expect(hands.session.tool).toBe('eraser');
  hands.session.rub(press(300, 250), 'move');
  hands.session.rub(press(300, 250), 'up');
  expect(hands.session.tool).toBe('brush');
  expect(maskArea(mask(hands))).toBeLessThan(before);
});

it("a pen's eraser takes a whole object away where nothing is painted, and unfinished work stays", () => {
  const hands = new Hands('box').drag([100, 100], [300, 220]).tap([400, 400]);
  const at = { at: [100, 150], screen: [100, 150], trail: [], pointer: 'pen', alt: false, shift: false, time: 0 };
  for (const what of ['down', 'up'] as const) hands.session.rub(at as never, what);
  expect([hands.annotations, hands.session.doing]).toEqual([[], 'box.second-corner']);
});

it('a light pen paints a thinner line', () => {
  const hands = new Hands('brush');
  hands.session.setBrush({ radius_px: 10 });
  const at = (x: number) => ({ at: [x, 100], screen: [x, 100], trail: [[x, 100]], pointer: 'pen', time: 0 });
  const light = (x: number) => ({ ...at(x), alt: false, shift: false, brushShare: 0.4 }) as never;
  hands.session.down(light(100));
  hands.session.move(light(200));
  hands.session.up(light(200));
  // Four pixels above and below the way, four before and behind it.
  expect(maskBounds(mask(hands))).toEqual([96, 96, 204, 104]);
});

const pixelsSet = (hands: Hands, at = 0): string[] => {
  const { pixels, width } = decodeMask((hands.annotations[at] as MaskAnnotation).mask);
  return [...pixels.keys()].filter((i) => pixels[i] === 1).map((i) => `${i % width},${Math.floor(i / width)}`);
};
const area = (hands: Hands, at = 0) => maskArea((hands.annotations[at] as MaskAnnotation).mask);

/** A square of 40 px with its corner at 100, 100, and nothing selected. */
function square(): Hands {
  const hands = new Hands('brush');
  hands.session.setBrush({ radius_px: 20, square: true });
  hands.tap([120, 120]);
  hands.session.select([]);
  return hands;
}

describe('a square tip', () => {
  it('of four pixels sets the sixteen under it, wherever in a pixel the hand is', () => {
    for (const [x, y] of [
      [10, 10],
      [10.3, 9.9],
      [9.6, 10.49],
    ] as const) {
      const hands = new Hands('brush');
      hands.session.setBrush({ radius_px: 2, square: true });
      hands.tap([x, y]);
      expect(maskBounds(mask(hands))).toEqual([8, 8, 12, 12]);
      expect(area(hands)).toBe(16);
    }
  });

  it('of three pixels is one round the pixel that is pointed at', () => {
    const hands = new Hands('brush');
    hands.session.setBrush({ radius_px: 1.5, square: true });
    hands.tap([10.2, 10.9]);
    expect(maskBounds(mask(hands))).toEqual([9, 9, 12, 12]);
  });

  it('of one pixel is that pixel, and a way its line', () => {
    const hands = new Hands('brush');
    hands.session.setBrush({ radius_px: 0.5, square: true });
    hands.drag([10.5, 10.5], [13.5, 13.5]);
    expect(pixelsSet(hands)).toEqual(['10,10', '11,11', '12,12', '13,13']);
  });

  it('moved aslant sweeps the way between its two ends and no corner beside it', () => {
    const hands = new Hands('brush');
    hands.session.setBrush({ radius_px: 1, square: true });
    hands.drag([2, 2], [6, 4]);
    // Rows by hand: the square of 2 goes 4 to the right while it goes 2 down.
    expect(pixelsSet(hands)).toEqual([
      // y = 1.5: from t = 0 to 0.25, its middle from 2 to 3.
      ...[1, 2, 3].map((x) => `${x},1`),
      // y = 2.5: to t = 0.75, the middle from 2 to 5.
      ...[1, 2, 3, 4, 5].map((x) => `${x},2`),
      // y = 3.5: from t = 0.25, the middle from 3 to 6.
      ...[2, 3, 4, 5, 6].map((x) => `${x},3`),
      // y = 4.5: from t = 0.75, the middle from 5 to 6.
      ...[4, 5, 6].map((x) => `${x},4`),
    ]);
  });

  it('rubs out as it paints', () => {
    const hands = square();
    hands.session.setTool('eraser');
    hands.session.setBrush({ radius_px: 2 });
    hands.tap([120, 120]);
    expect(area(hands)).toBe(1600 - 16);
  });
});

describe('beside another mask', () => {
  /** The second square lies over a quarter of the first one. */
  const second = (hands: Hands) => hands.tap([140, 140]);

  it('marks may overlap', () => {
    const hands = second(square());
    expect([area(hands, 0), area(hands, 1)]).toEqual([1600, 1600]);
  });

  it('paints only what is empty, and leaves the others alone', () => {
    const hands = square();
    hands.session.setBrush({ mode: 'empty' });
    second(hands);
    expect([area(hands, 0), area(hands, 1)]).toEqual([1600, 1600 - 400]);
    expect(hands.changes).toEqual(['create', 'create']);
  });

  it('takes over the pixels of others in one step of undo, and the mask stays in the hand', () => {
    const hands = square();
    hands.session.setBrush({ mode: 'take' });
    second(hands);
    expect([area(hands, 0), area(hands, 1)]).toEqual([1600 - 400, 1600]);
    hands.tap([140, 100]);
    // A second step of the same mask: rows 80 to 120, columns 120 to 160, of which the first one had 20 x 20.
    expect([area(hands, 0), area(hands, 1)]).toEqual([1600 - 800, 3200]);
    hands.session.undo();
    expect([area(hands, 0), area(hands, 1)]).toEqual([1600 - 400, 1600]);
    expect(hands.session.selection).toEqual([hands.annotations[1]!.id]);
    hands.session.undo();
    expect([hands.annotations.length, area(hands, 0)]).toEqual([1, 1600]);
    hands.session.redo();
    expect([area(hands, 0), area(hands, 1)]).toEqual([1600 - 400, 1600]);
  });

  it('takes a whole mask away, and undo brings it back to its place', () => {
    const hands = square();
    const before = hands.annotations;
    hands.session.setBrush({ mode: 'take', radius_px: 30 });
    hands.tap([120, 120]);
    expect(hands.annotations.map(({ id }) => id)).toEqual(['2']);
    hands.session.undo();
    expect(hands.annotations).toEqual(before);
  });

  it('leaves a locked mask its pixels in either way', () => {
    for (const mode of ['empty', 'take'] as const) {
      const hands = square();
      hands.session.setLocked(['1']);
      hands.session.setBrush({ mode });
      second(hands);
      expect([area(hands, 0), area(hands, 1)]).toEqual([1600, 1200]);
    }
  });

  it('says so when nothing was empty, and makes no empty mark', () => {
    const hands = square();
    hands.session.setBrush({ mode: 'empty', radius_px: 5 });
    hands.tap([120, 120]);
    expect(hands.annotations).toHaveLength(1);
    expect(hands.hints).toContain('all_taken');
  });

  it('takes nothing from what is only proposed', () => {
    const hands = square();
    const [proposal] = hands.annotations;
    hands.session.setAnnotations([{ ...proposal!, suggestion: { source: 'model' } } as MaskAnnotation]);
    for (const mode of ['empty', 'take'] as const) {
      hands.session.setBrush({ mode });
      hands.session.select([]);
      second(hands);
      expect(area(hands, 0)).toBe(1600);
      hands.session.undo();
    }
  });

  it('a withdrawn stroke takes nothing', () => {
    const hands = square();
    hands.session.setBrush({ mode: 'take' });
    hands.down([140, 140]);
    hands.session.withdraw();
    expect([hands.annotations.length, area(hands, 0)]).toEqual([1, 1600]);
  });

  it('the mode goes round by its key', () => {
    const { session } = new Hands('brush');
    const modes = [1, 2, 3].map(() => {
      session.nextBrushMode();
      return session.brush.mode;
    });
    expect(modes).toEqual(['empty', 'take', 'overlap']);
  });
});

describe('an outline', () => {
  const outline = (hands: Hands, ...places: [number, number][]) => {
    hands.tap(...places);
    hands.session.key('Enter');
    return hands;
  };
  const corner: [number, number][] = [
    [130, 130],
    [150, 130],
    [150, 150],
    [130, 150],
  ];

  it('adds what is inside to the selected mask, as one step of undo', () => {
    const hands = square();
    hands.session.select(['1']);
    hands.session.setTool('polygon_plus');
    outline(hands, ...corner);
    // 20 x 20, of which 10 x 10 was there.
    expect(area(hands)).toBe(1600 + 300);
    expect(hands.session.selection).toEqual(['1']);
    hands.session.undo();
    expect(area(hands)).toBe(1600);
  });

  it('cuts what is inside from the mask it begins in', () => {
    const hands = square();
    hands.session.setTool('polygon_minus');
    outline(hands, ...corner);
    expect(area(hands)).toBe(1600 - 100);
  });

  it('of three points sets the pixels whose middles lie in the triangle', () => {
    const hands = new Hands('polygon_plus');
    outline(hands, [0, 0], [4, 0], [0, 4]);
    // Row y holds the middles x + 0.5 < 4 - (y + 0.5): three, two, one.
    expect(pixelsSet(hands)).toEqual(['0,0', '1,0', '2,0', '0,1', '1,1', '0,2']);
  });

  it('keeps off what others have where only the empty is painted', () => {
    const hands = square();
    hands.session.setTool('polygon_plus');
    hands.session.setBrush({ mode: 'empty' });
    outline(hands, ...corner);
    expect([area(hands, 0), area(hands, 1)]).toEqual([1600, 300]);
  });

  it('that cuts all of a mask removes it', () => {
    const hands = square();
    hands.session.setTool('polygon_minus');
    hands.session.select(['1']);
    outline(hands, [90, 90], [200, 90], [200, 200], [90, 200]);
    expect(hands.annotations).toEqual([]);
  });

  it('without a mask under its first point only says so', () => {
    const hands = new Hands('polygon_minus').tap([10, 10]);
    expect(hands.session.doing).toBe('outline.idle');
    expect(hands.hints).toContain('no_mask');
  });

  it('drops its points by Escape, and takes them back one by one', () => {
    const hands = square();
    hands.session.setTool('polygon_minus');
    hands.tap([110, 110], [130, 110], [130, 130]);
    hands.session.undo();
    expect(hands.session.finish()).toBe(false);
    hands.session.key('Escape');
    expect([hands.session.doing, area(hands)]).toEqual(['outline.idle', 1600]);
  });
});
