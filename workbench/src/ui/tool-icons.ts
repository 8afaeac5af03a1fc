/** Icons of drawing; apart from the others, because a task of tags needs none of them. */
export const toolIcons: Readonly<Record<string, string>> = {
  select: 'M5 3l14 8-6 2-2 6z',
  hand: 'M8 12V6a1.5 1.5 0 0 1 3 0v5V5a1.5 1.5 0 0 1 3 0v6V7a1.5 1.5 0 0 1 3 0v7a6 6 0 0 1-6 6c-3 0-4-1-6-5l-1.5-2.500a1.5 1.5 0 0 1 2.6-1.500z',
  wand: 'M4 20L14 10M16 3v4M14 5h4M20 10v3M18.5 11.500h3',
};

export const undoIcon = { path: 'M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6' };
export const redoIcon = { path: 'M15 7l5 5-5 5M20 12H10a6 6 0 0 0-6 6' };
export const listIcon = { path: 'M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01' };
export const trashIcon = { path: 'M4 7h16M9 7V4h6v3M7 7l1 13h8l1-13' };
export const warnIcon = { path: 'M12 4l9 16H3zM12 10v4M12 17h.01' };
export const eyeIcon = 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z';
export const eyeOffIcon =
  'M3 4l18 16M6 7c-2.500 2-4 5-4 5s4 7 10 7c2 0 3.500-.6 5-1.500M10 5.200A9 9 0 0 1 12 5c6 0 10 7 10 7s-.8 1.500-2.300 3.200';
export const lockIcon = 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3';
export const unlockIcon = 'M6 11h12v9H6zM8.500 11V7a3.500 3.500 0 0 1 6.800-1.200';
export const isolateIcon = 'M4 4h5M4 4v5M20 4h-5M20 4v5M4 20h5M4 20v-5M20 20h-5M20 20v-5M9 9h6v6H9z';
export const moveIcon = 'M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3';
export const copyIcon = 'M8 8h12v12H8zM4 16V4h12';
export const forwardIcon = 'M12 19V6M6 12l6-6 6 6';
export const acceptIcon = { path: 'M5 13l5 5L20 6' };
export const backwardIcon = 'M12 5v13M6 12l6 6 6-6';
