import { spoken } from './strings';

/** Sentences of the sheet of keys, which few people open. */
export const keyWords = {
  title: 'Keyboard',
  characters: 'Single letters, digits and signs are keys',
  charactersWhy: 'Switch them off when you speak to your device or press keys by accident.',
  change: 'Change',
  changeFor: (name: string) => `Change the key for ${name}`,
  listening: 'Press a key. Esc leaves it as it is.',
  reserved: 'That key has a fixed use.',
  taken: (name: string) => `That key means “${name}” already.`,
  reset: 'All keys as at first',
  page: 'On this page',
  image: 'On the image',
  tools: 'Tools',
  fixed: 'Always',
  command: {
    skip: 'Skip',
    flag: 'Flag this task',
    guideline: 'Guideline',
    nothing: 'Nothing to mark',
    look: 'Image and screen',
    keys: 'This list',
    zoom_in: 'Zoom in',
    zoom_out: 'Zoom out',
    fit: 'Show the whole image',
    pixels: 'One pixel on one pixel',
    zoom_selected: 'Zoom to the selected mark',
    another: 'Begin another mark',
    brush_smaller: 'Smaller brush',
    brush_larger: 'Larger brush',
    hide: 'Hide the selected mark, or show all',
    isolate: 'Show only the selected mark',
    lock: 'Lock or unlock the selected mark',
    peek: 'Hide all marks while held',
    outlines: 'Outlines only',
    forward: 'Selected mark to the front',
    backward: 'Selected mark to the back',
    accept: 'Accept the suggestion; with none selected, go to the next',
    accept_all: 'Accept all suggestions',
    reject: 'Reject the suggestion',
  } as Record<string, string>,
  /** Chord parts that are not written on a key. */
  fixedRows: [
    ['1 … 9, 0', 'Pick a label or answer'],
    ['Enter', 'Submit'],
    ['Ctrl+Z / Ctrl+Shift+Z', 'Undo / redo'],
  ] as readonly (readonly [string, string])[],
  fixedOnImage: [
    ['Shift+1 … 9', 'Give the selected mark that label'],
    ['Tab / Shift+Tab', 'Next or previous mark; beyond the last one, on to the page'],
    ['Arrows', 'Move the crosshair or the mark; Alt finer, Shift coarser'],
    ['Ctrl+Arrows', 'Move the view'],
    ['Space', 'Set a corner or a point'],
    ['Enter', 'With a mark picked: its corners, one by one. Closes an outline.'],
    ['Insert / Delete', 'New point behind the picked one / delete point or mark'],
    ['Esc', 'One step back: point, mark, crosshair'],
  ] as readonly (readonly [string, string])[],
};

// Apart, so that English carries none of it; whoever imports this waits for it.
if (spoken === 'es') Object.assign(keyWords, (await import('./spanish/strings-rest')).keyWords);
else if (spoken === 'ar') Object.assign(keyWords, (await import('./arabic/strings-rest')).keyWords);
