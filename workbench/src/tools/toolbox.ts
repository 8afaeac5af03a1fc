/** The tools by name: what each makes, its key, and the state it starts in. Shapes bring theirs when they are loaded. */
import type { Chord } from './chord';
import { HandIdle } from './hand/idle';
import { SelectIdle } from './select/idle';
import type { Bench, State } from './tool';

export interface Tool {
  readonly name: string;
  /** In plain English; the shell may give other words for each name. */
  readonly title: string;
  /** A chord (tools/chord.ts). */
  readonly key: Chord;
  /** Null for tools that make nothing. */
  readonly kind: string | null;
  /** Tools are shown from the lowest to the highest. */
  readonly order: number;
  /** It reads the picture, and is not there where nobody can. */
  readonly reads?: boolean;
  /** It asks for what stands out in a box, and is not there where that is not offered. */
  readonly cutsOut?: boolean;
  /** A path on a square of 24 units, drawn as a line. */
  readonly icon?: string;
  /** What the hints of its states say, by their codes. */
  readonly hints?: Readonly<Record<string, string>>;
  readonly start: (bench: Bench) => State;
}

export type ToolName = string;

const TOOLS = new Map<string, Tool>();

export function enterTools(tools: readonly Tool[]): void {
  for (const tool of tools) TOOLS.set(tool.name, tool);
}

/** In the order in which they are shown. */
export const toolbox = (): Tool[] => [...TOOLS.values()].sort((a, b) => a.order - b.order);

/** @throws RangeError for a name that no loaded shape brings. */
export function toolNamed(name: ToolName): Tool {
  const tool = TOOLS.get(name);
  if (tool === undefined) throw new RangeError(`no tool ${name}`);
  return tool;
}

enterTools([
  { name: 'select', title: 'Select', key: 'V', kind: null, order: 0, start: (bench) => new SelectIdle(bench) },
  { name: 'hand', title: 'Move image', key: 'H', kind: null, order: 1, start: (bench) => new HandIdle(bench) },
]);
