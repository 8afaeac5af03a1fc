/** Beyond these a list of labels can be searched, begins with those in use, and keeps the last one for the next image. */
export const MANY_LABELS = 12;
const RECENT = 6;

/**
 * The labels used last come first, each part in the order of the schema: so chips change their places only when another
 * label comes into use, and not at each mark. `used` begins with the newest, and may repeat itself.
 */
export function recentFirst(labels: readonly string[], used: readonly string[]): readonly string[] {
  if (labels.length <= MANY_LABELS) return labels;
  const recent = [...new Set(used.filter((label) => labels.includes(label)))].slice(0, RECENT);
  return [...labels.filter((label) => recent.includes(label)), ...labels.filter((label) => !recent.includes(label))];
}
