/** Of the guideline's texts the first that names a label, as a word that may have an ending ("cars"); -1 where none does. */
export function placeAbout(texts: readonly string[], label: string): number {
  const word = label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const named = new RegExp(`(?<![\\p{L}\\p{N}])${word}\\p{L}{0,2}(?![\\p{L}\\p{N}])`, 'iu');
  return texts.findIndex((text) => named.test(text));
}
