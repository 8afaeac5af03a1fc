/** Line icons on a 24-unit square, drawn in the colour of the text. */
const paths = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  book: 'M5 4h10a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h10',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  flag: 'M6 21V4M6 4h11l-2 4 2 4H6',
  skip: 'M5 5l8 7-8 7zM17 5v14',
  keys: 'M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8',
} as const;

export type IconName = keyof typeof paths;

/** One of the names above, or a path of its own. */
export function Icon(props: { name: IconName } | { path: string }) {
  return (
    <svg class="wb-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={'name' in props ? paths[props.name] : props.path} />
    </svg>
  );
}

/** A button that shows an icon and speaks its name. */
export function IconButton(props: {
  icon: IconName | { readonly path: string };
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
      // Not `disabled`: the last step taken back would take the focus with it.
      aria-disabled={props.disabled}
      onClick={props.disabled ? undefined : props.onClick}
    >
      <Icon {...(typeof props.icon === 'string' ? { name: props.icon } : props.icon)} />
    </button>
  );
}
