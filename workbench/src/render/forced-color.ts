/** In a mode of forced colours shapes are drawn in the person's own text colour, as everything else on the page is. */

/** #rrggbb, or null where pages choose their colours. */
export function forcedColor(): string | null {
  if (!matchMedia('(forced-colors: active)').matches) return null;
  const probe = document.createElement('i');
  probe.style.color = 'CanvasText';
  document.body.append(probe);
  const channels = getComputedStyle(probe).color.match(/\d+/g) ?? ['255', '255', '255'];
  probe.remove();
  return `#${channels
    .slice(0, 3)
    .map((channel) => Number(channel).toString(16).padStart(2, '0'))
    .join('')}`;
}
