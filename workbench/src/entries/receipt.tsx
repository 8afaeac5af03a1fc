import { render } from 'preact';
import { island } from '../app/island';
import { ReceiptView } from '../app/receipt';
import { Api } from '../transport/api';
import { ReceiptPage } from '../ui/receipt';

const { host, field } = island();
const view = new ReceiptView(new Api(), field('submission'));
render(<ReceiptPage desk={view} />, host);
void view.start();
