/** Lower than this a person who types sees the place and the field; the tools come back with the height. */
const LOW_PX = 520;

/** Phones lay the keyboard over the page; the submit button must stay above it. */
export function followKeyboard(host: HTMLElement): void {
  const view = window.visualViewport;
  if (!view) return;
  const follow = () => {
    const covered = window.innerHeight - view.height * view.scale > 80;
    host.style.setProperty('--wb-height', covered ? `${Math.round(view.height)}px` : '');
    host.toggleAttribute('data-low', view.height * view.scale < LOW_PX);
  };
  view.addEventListener('resize', follow);
  follow();
}
