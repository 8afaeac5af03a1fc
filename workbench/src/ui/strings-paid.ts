import { spoken } from './strings';

/** Sentences of paid work around the image, which say something that has happened: apart, so that no first image waits for them. */
export const paid = {
  // said once something has happened, never on the first image
  offline: 'Offline. Answers wait on this device.',
  earns: (money: string) => `${money} if all of it is accepted`,
  attention: (n: number) => (n === 1 ? '1 answer needs you' : `${n} answers need you`),
  fixFirst: (n: number) => (n === 1 ? 'One thing to put right first:' : `${n} things to put right first:`),
  /** `hint`: what the tool in the hand asks for. */
  unfinished: (hint: string) => `A mark is not finished, so nothing was sent. ${hint}`,
  noGuideline: 'The guideline could not be loaded.',
  // skip and flag
  skipTitle: 'Skip this task',
  skipRate: (rate: string, free: string) =>
    `You skipped ${rate} of your last 100 tasks. Up to ${free} is free of any effect.`,
  skipRateHigh: (rate: string, throttle: string) =>
    `You skipped ${rate} of your last 100 tasks. Above ${throttle} you get fewer offers for 24 hours.`,
  skipReasons: {
    cannot_tell: 'I cannot tell',
    image_problem: 'The image is broken or unreadable',
    not_comfortable: 'I do not want to look at this',
    too_long: 'It would take too long',
    other: 'Another reason',
  } as Record<string, string>,
  flagTitle: 'Flag this task',
  flagPaid: 'A justified flag is paid like the task and never costs accuracy. A moderator looks at each one.',
  flagReasons: {
    ambiguous: 'The guideline does not decide this',
    guideline_wrong: 'The guideline contradicts itself or the image',
    label_missing: 'A label for this is missing',
    illegal_or_harmful: 'The image should not be here',
    other: 'Another question',
  } as Record<string, string>,
  flagNote: 'What is unclear? One sentence helps.',
  flagSend: 'Send flag',
  // guideline
  good: 'Good',
  bad: 'Not like this',
  examples: 'Examples',
  clauses: 'Rules by number',
  version: (n: number) => `Version ${n}`,
  shiftTitle: 'Before you start',
  shiftChanged: (from: number, to: number) =>
    `The guideline changed from version ${from} to ${to}. Your answers are judged by the new one.`,
  shiftSame: (version: number) =>
    `You work by version ${version} of the guideline. Read it once at the start of each shift.`,
  acknowledge: 'I have read it',
  wholeGuideline: 'The whole guideline',
  // lease and breaks
  leaseSoon: (left: string) => `This task is held for you for ${left} more.`,
  leaseKeep: 'Keep it',
  leaseOver:
    'The time for this task is over. You can still send it for a while; it counts if nobody else answered first.',
  breakTitle: 'Time for a five-minute break',
  breakText:
    'You have worked for an hour. Your work is saved and your task waits for you: rest your eyes on something far away.',
  breakTake: 'Take five minutes',
  breakLater: 'In ten minutes',
  breakOn: 'Break',
  breakLeft: (left: string) => `${left} left. Your task is held for you.`,
  breakDone: 'Your break is over whenever you are ready.',
  breakEnd: 'Back to work',
  // states of the desk
  emptyTitle: 'No tasks here right now',
  emptyText: 'Everything in this project is taken or done. New images are added during the day.',
  emptyTell: 'Tell me when there is work',
  emptyTold: 'We will tell you when there is work.',
  emptyBack: 'See other projects',
  checkAgain: 'Check again',
  signInTitle: 'Please sign in again',
  signInText: 'Your session ended. Your answers are kept on this device and are sent once you are back.',
  signIn: 'Sign in',
  unreachableRetry: 'We could not reach the server. Please try again in a moment.',
  unreachableTitle: 'No connection',
  goOn: 'Go on',
  // drafts
  staleTitle: 'A newer draft of this task exists',
  staleText: 'It was saved on another device or in another tab. Both are kept. Which one do you want to go on with?',
  otherDraft: 'The other draft of this task is kept until you send an answer.',
  otherDraftUse: 'Change to it',
  staleTheirs: 'The newer one',
  staleMine: 'The one on this screen',
  // outbox
  outboxTitle: 'Answers that need you',
  outboxText: 'They are kept on this device. Nothing is deleted unless you say so.',
  outboxRetry: 'Send again',
  outboxFix: 'Open and put right',
  outboxReclaim: 'Take the task again',
  outboxForget: 'Do not send',
  outboxForgetSure: 'Press again to drop it',
  outboxExport: 'Save as a file',
  outboxWhen: (when: string) => `Answered ${when}`,
};

// Apart, so that English carries none of it; whoever imports this waits for it.
if (spoken === 'es') Object.assign(paid, (await import('./spanish/strings-rest')).paid);
else if (spoken === 'ar') Object.assign(paid, (await import('./arabic/strings-rest')).paid);
