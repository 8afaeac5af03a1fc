/** Line icons on a 24-unit square, drawn in the colour of the text. */
const paths = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  book: 'M5 4h10a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h10',
  undo: 'M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6',
  redo: 'M15 7l5 5-5 5M20 12H10a6 6 0 0 0-6 6',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  flag: 'M6 21V4M6 4h11l-2 4 2 4H6',
  skip: 'M5 5l8 7-8 7zM17 5v14',
  check: 'M5 12l5 5L19 7',
  list: 'M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01',
  trash: 'M4 7h16M9 7V4h6v3M7 7l1 13h8l1-13',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  select: 'M5 3l14 8-6 2-2 6z',
  hand: 'M8 12V6a1.5 1.5 0 0 1 3 0v5V5a1.5 1.5 0 0 1 3 0v6V7a1.5 1.5 0 0 1 3 0v7a6 6 0 0 1-6 6c-3 0-4-1-6-5l-1.5-2.500a1.5 1.5 0 0 1 2.6-1.500z',
  box: 'M4 6h16v12H4z',
  turned_box: 'M12 2.500l9.5 9.5-9.5 9.500L2.5 12z',
  polygon: 'M12 3l9 7-4 10H6L3 9z',
  brush: 'M14 4l6 6-8 8c-1 1-3 2-7 2 0-4 1-6 2-7z',
  eraser: 'M9 20h11M5 15l9-10 6 6-8 9H9z',
  point: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3',
  polyline: 'M3 18l6-9 5 6 7-10',
  skeleton: 'M12 4v8M12 12l-5 8M12 12l5 8M6 9h12',
  ellipse: 'M12 6c5 0 9 2.7 9 6s-4 6-9 6-9-2.7-9-6 4-6 9-6z',
  wand: 'M4 20L14 10M16 3v4M14 5h4M20 10v3M18.5 11.500h3',
  keys: 'M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8',
  warn: 'M12 4l9 16H3zM12 10v4M12 17h.01',
} as const;

export type IconName = keyof typeof paths;

export const isIcon = (name: string): name is IconName => name in paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="wb-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** A button that shows an icon and speaks its name. */
export function IconButton(props: {
  icon: IconName;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  pressed?: boolean;
  keys?: string;
  class?: string;
}) {
  return (
    <button
      type="button"
      class={`wb-icon-button ${props.class ?? ''}`}
      title={props.keys ? `${props.label} (${props.keys})` : props.label}
      aria-label={props.label}
      aria-keyshortcuts={props.keys}
      aria-pressed={props.pressed}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}
