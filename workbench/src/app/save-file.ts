/** Apart, so that a page that only saves does not carry what reads the stores. */
export function saveAsFile(content: unknown): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  link.download = 'answers.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
