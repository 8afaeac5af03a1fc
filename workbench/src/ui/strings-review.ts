/** Sentences of the moderator's page: comparing, comments pinned to the image, corrections. */
import { percent } from './format';
import { spoken } from './strings';

export const reviewWords = {
  compareWith: 'Compare with',
  referenceName: (name: string | null) => (name === null ? 'the expected answer' : `answer ${name}`),
  looks: { own: 'This answer', expected: 'The other', difference: 'Difference' },
  lookLegend: 'Show',
  findings: (n: number) => (n === 0 ? 'No difference' : n === 1 ? '1 difference' : `${n} differences`),
  outcome: { fits: 'Fits', loose: 'Not precise', missed: 'Missing', extra: 'Too much', wrong: 'Different' },
  match: (ratio: number) => `IoU ${percent(ratio)}`,
  saidBoth: (given: string, expected: string) => `here: ${given}; the other: ${expected}`,
  saidNothing: 'nothing',
  rejectHere: 'Reject here',
  rejectHereFor: (what: string) => `Reject here: ${what}`,
  previous: 'Previous difference',
  next: 'Next difference',
  at: (n: number, of: number) => `${n} of ${of}`,

  fix: 'Correct',
  sendFix: 'Approve with correction',
  fixHint:
    'Change the answer as the dataset should have it. The worker’s own answer is approved and paid as it is; you are not paid for this.',
  needChange: 'Change something, or approve it as it is.',
  returnHint: 'The task goes back to the queue, to somebody else. Say what to do better.',

  comments: 'Comments on the image',
  comment: 'Comment',
  commentHint: 'Set a point or draw a box, then write the comment.',
  commentNone: 'No comment yet',
  commentText: (n: number) => `Comment ${n}`,
  commentsDone: 'Done',
  needComment: 'Write a text for each comment, or delete its mark.',

  reviewKeys: [
    ['A', 'Approve (or: justified, worker is right)'],
    ['R', 'Reject (or: not justified, decision stands)'],
    ['E', 'Correct the answer and approve it'],
    ['C', 'Comment on a place of the image'],
    ['1, 2, 3', 'Show this answer, the other, the difference'],
    ['N, P', 'Next and previous difference'],
    ['M', 'Reject at this difference'],
    ['1 … 9', 'Pick a reason, once you reject'],
    ['Enter', 'Send'],
    ['S', 'Next case'],
    ['Esc', 'Cancel'],
    ['?', 'This list'],
  ] as readonly (readonly [string, string])[],
};

if (spoken === 'es') Object.assign(reviewWords, (await import('./spanish/strings-review')).reviewWords);
else if (spoken === 'ar') Object.assign(reviewWords, (await import('./arabic/strings-review')).reviewWords);
