/** A fault as this person reads it; as it is where nobody has translated it. In the list `{}` stands for a value. */
export function faultText(message: string, faults: Readonly<Record<string, string>>): string {
  for (const [english, other] of Object.entries(faults)) {
    const pattern = english.split('{}').map(escaped);
    const found = new RegExp(`^${pattern.join('(.+?)')}$`, 's').exec(message);
    if (found === null) continue;
    const values = found.slice(1);
    return other.replaceAll('{}', () => values.shift() ?? '');
  }
  return message;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
