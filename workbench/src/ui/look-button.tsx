/** Opens and closes the panel of image and screen, from the row of the view. */
import { turnLook } from './device';
import { IconButton } from './icons';
import { keyOf } from './keymap';
import { PAGE_KEYS } from './keys';
import { say } from './strings';

/** Half light, half dark. */
const icon = { path: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 4v16M16 6v12' };

export const LookButton = () => (
  <IconButton icon={icon} label={say.look} keys={keyOf('look', PAGE_KEYS.look)} onClick={turnLook} />
);
