import { type Press, State } from '../tool';
import { Panning } from './panning';

export class HandIdle extends State {
  readonly name = 'hand.idle';

  override down(press: Press): State {
    return new Panning(this.bench, this, press);
  }
}
