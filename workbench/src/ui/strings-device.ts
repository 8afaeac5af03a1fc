import { spoken } from './strings';

/** Sentences about what waits on this device: the offline page and signing out. */
export const kept = {
  title: 'On this device',
  noLine: 'There is no connection right now. Nothing is lost: what you did is kept here and is sent when it is back.',
  line: 'You are connected.',
  goOn: 'Go on working',
  answers: (n: number) => (n === 1 ? '1 answer waits to be sent' : `${n} answers wait to be sent`),
  drafts: (n: number) => (n === 1 ? '1 draft is only on this device' : `${n} drafts are only on this device`),
  nothing: 'Nothing waits on this device. Everything you handed in has arrived.',
  closed: 'What is kept on this device cannot be opened just now. Close other tabs of this site, then reload.',
  earns: (money: string) => `${money} if all of it is accepted`,
  kind: { submit: 'Answer', skip: 'Skip', flag: 'Report' } as Record<string, string>,
  send: 'Send now',
  sending: 'Sending',
  save: 'Save as a file',
  otherAccount: 'Another account on this device',
  someLeft: 'Not everything could be sent. It stays here, and you can try again.',
  signIn: 'Sign in first: your answers are sent after that.',

  leaveTitle: 'Before you sign out',
  leaveText: 'Some of your work is still only on this device.',
  leaveKeep: 'Sign out and keep it here',
  leaveKeepText: 'It is sent when you sign in on this device again. Do not choose this on a shared device.',
  leave: 'Sign out',
};

// Apart, so that English carries none of it; whoever imports this waits for it.
if (spoken === 'es') Object.assign(kept, (await import('./spanish/strings-device')).kept);
else if (spoken === 'ar') Object.assign(kept, (await import('./arabic/strings-device')).kept);
