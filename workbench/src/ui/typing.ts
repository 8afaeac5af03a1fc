/** True while the person types text: no letter is a command then. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as Element | null;
  return !!target?.closest?.(
    'input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select, [contenteditable]',
  );
}
