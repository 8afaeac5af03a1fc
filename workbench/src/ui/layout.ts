/** Phones lay the keyboard over the page; the submit button must stay above it. */
export function followKeyboard(host: HTMLElement): void {
  const view = window.visualViewport;
  if (!view) return;
  const follow = () => {
    const covered = window.innerHeight - view.height * view.scale > 80;
    host.style.setProperty('--wb-height', covered ? `${Math.round(view.height)}px` : '');
  };
  view.addEventListener('resize', follow);
  follow();
}
