/** On the page that asks "Sign out?": what would be left behind, and what to do with it. */
import { render } from 'preact';
import { island } from '../app/island';
import { WaitingSession, wipeIfEmpty } from '../app/waiting';
import { SignOutPage } from '../ui/waiting';

const { host, field } = island();
const account = field('worker');
const form = document.querySelector<HTMLFormElement>('#sign-out');
const session = new WaitingSession(account, false);

/** Nothing that waits is ever wiped: without an empty store this only signs out. */
async function leave(): Promise<void> {
  await wipeIfEmpty(account).catch(() => false);
  form?.submit();
}

form?.setAttribute('hidden', '');
render(<SignOutPage desk={session} onLeave={() => void leave()} />, host);
void session.look();
