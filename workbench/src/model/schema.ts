/** The label schema a client writes and a worker sees: one document for both (see vectors/ for its JSON Schema). */

export const KINDS = ['tag', 'box', 'polygon', 'mask', 'point', 'skeleton', 'polyline', 'ellipse', 'text'] as const;
export type Kind = (typeof KINDS)[number];

export type AttributeType = 'boolean' | 'choice' | 'text' | 'number';

export interface AttributeRule {
  readonly name: string;
  readonly type: AttributeType;
  readonly options?: readonly string[];
  /** True when absent. */
  readonly required?: boolean;
}

export interface LabelRule {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly color?: string;
  readonly attributes?: readonly AttributeRule[];
  /** Names of a skeleton's points, in the order in which they are asked for. */
  readonly keypoints?: readonly string[];
  /** Pairs of keypoints that a line joins. */
  readonly edges?: readonly (readonly [string, string])[];
}

export interface TagGroup {
  readonly name: string;
  readonly options: readonly string[];
  /** 'one' when absent. */
  readonly choose?: 'one' | 'many';
  readonly required?: boolean;
}

export interface LabelSchema {
  readonly labels: readonly LabelRule[];
  readonly tags?: readonly TagGroup[];
  readonly allow_nothing?: boolean;
}

/** Okabe and Ito (2008): colours that people with any colour vision can tell apart, without black, lost on dark images. */
export const OKABE_ITO = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442'] as const;

export function labelRule(schema: LabelSchema, name: string): LabelRule | undefined {
  return schema.labels.find((label) => label.name === name);
}

/**
 * How many labels before this one have its colour: 0 is drawn with a solid line, more with dashes, because beyond seven
 * labels colours repeat.
 */
export function labelRepeats(schema: LabelSchema, name: string): number {
  const color = labelColor(schema, name);
  const before = schema.labels.slice(
    0,
    Math.max(
      0,
      schema.labels.findIndex((label) => label.name === name),
    ),
  );
  return before.filter((label) => labelColor(schema, label.name).toLowerCase() === color.toLowerCase()).length;
}

/** The client's colour where it is a plain hex colour, else the palette's at the label's place. */
export function labelColor(schema: LabelSchema, name: string): string {
  const index = schema.labels.findIndex((label) => label.name === name);
  const own = schema.labels[index]?.color;
  if (own !== undefined && /^#[0-9a-f]{6}$/i.test(own)) return own;
  return OKABE_ITO[Math.max(0, index) % OKABE_ITO.length]!;
}
