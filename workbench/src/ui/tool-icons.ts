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
