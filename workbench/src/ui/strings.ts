/** The language the page was written in; tests and workers have no page and speak English. */
export const spoken = globalThis.document?.documentElement.lang;

/** Every sentence the workbench shows, in one place for translators. Numbers come formatted. */
export const say = {
  // the bar
  back: 'Back to projects',
  guideline: 'Guideline',
  keys: 'Keyboard',
  aTask: ' a task',
  perThousand: (money: string) => `${money} per 1,000`,
  range: (low: string, high: string) => `${low} to ${high}`,
  from: (price: string) => `from ${price}`,
  savedDevice: 'Saved here',
  savedServer: 'Saved',
  savedMemory: 'Kept in this tab only',
  saving: 'Saving',
  notSaved: 'Could not save on this device',
  sending: (n: number) => (n === 1 ? '1 answer on its way' : `${n} answers on their way`),
  loading: 'Fetching your next image',
  loadingPage: 'Loading',

  // answering
  submit: 'Submit',
  submitted: 'Answer sent',
  answerFirst: 'Answer first, or skip the task.',
  skip: 'Skip',
  flag: 'Flag this task',
  nothing: 'Nothing to mark',
  undo: 'Undo',
  redo: 'Redo',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show the whole image',
  look: 'Image and screen',
  answered: (what: string) => `Answered: ${what}`,
  skipped: 'Skipped',
  flagged: 'Flagged',
  chooseOne: 'Choose one',
  chooseMany: 'Choose all that fit',
  filterOptions: 'Find an option',
  chooseFirst: (group: string) => `Choose an answer for “${group}” first.`,
  markFirst: 'Mark something first, or say that there is nothing to mark.',
  canvas: 'Image to label. Arrow keys move a crosshair, Space sets a point, Tab walks through the marks.',
  imageAlt: 'The image to label',
  imageFailed: 'The image did not load.',
  tryAgain: 'Try again',
  sensitiveTitle: 'Sensitive image',
  sensitiveText: 'The client marked this image as sensitive. You can skip it; that never counts against you.',
  sensitiveShow: 'Show it',
  session: (done: number, money: string) => `${done} answered, ${money} pending`,
  labels: 'Labels',
  unreachableText: 'We could not reach the server. Nothing is lost; we try again by ourselves.',
};

// Apart, so that English carries none of it; whoever imports this waits for it.
if (spoken === 'es') Object.assign(say, (await import('./spanish/strings')).say);
else if (spoken === 'ar') Object.assign(say, (await import('./arabic/strings')).say);
