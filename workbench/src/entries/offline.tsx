import { render } from 'preact';
import { ACCOUNT_KEY } from '../app/device';
import { island } from '../app/island';
import { WaitingSession } from '../app/waiting';
import { OfflinePage } from '../ui/waiting';

const { host, field } = island();
const session = new WaitingSession(localStorage.getItem(ACCOUNT_KEY), true);
host.textContent = '';
render(<OfflinePage desk={session} back={field('back')} />, host);
void session.look();
