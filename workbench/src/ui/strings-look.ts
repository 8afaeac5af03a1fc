import { spoken } from './strings';

/** Sentences of the panel of image and screen. */
export const look = {
  title: 'Image and screen',
  image: 'How you see it',
  imageText: 'Marks and answers stay as they are.',
  slider: { brightness: 'Brightness', contrast: 'Contrast', saturation: 'Colour' } as Record<string, string>,
  percent: (n: number) => `${n}%`,
  inverted: 'Swap light and dark',
  reset: 'As it is',
  device: 'This device',
  leftHanded: 'Left-handed: tools and Submit on the other side',
  pressure: 'A pen pressed lightly paints a thinner line',
  lowData: 'Use less data',
  lowDataSaves: (percent: number) =>
    `Smaller files: about ${percent}% less for this image. The next image is fetched only when you get to it.`,
  lowDataNone: 'This image has no smaller file that is sharp here; only the next one is no longer fetched ahead.',
  lowDataZoom: 'Zoom in while drawing, and the sharper file is fetched.',
  screenTest: 'Test this screen',
  screenOffer: 'Does this screen show every grey and true colours? The test takes a minute.',
};

// Apart, so that English carries none of it; whoever imports this waits for it.
if (spoken === 'es') Object.assign(look, (await import('./spanish/strings-rest')).look);
else if (spoken === 'ar') Object.assign(look, (await import('./arabic/strings-rest')).look);
