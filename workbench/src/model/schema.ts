/** The label schema a client writes and a worker sees: one document for both (see vectors/ for its JSON Schema). */
import type { components } from '../openapi';

type Schemas = components['schemas'];

/** As a client may write it: what is left out has its default, `required` true, `choose` one, `allow_nothing` false. */
export type AttributeRule = Schemas['AttributeBody'];
export type AttributeType = AttributeRule['type'];
export type LabelRule = Schemas['LabelBody'];
export type Kind = LabelRule['kinds'][number];
export type TagGroup = Schemas['TagGroupBody'];
export type LabelSchema = Schemas['LabelSchemaBody'] & { readonly labels: readonly LabelRule[] };

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
  if (own && /^#[0-9a-f]{6}$/i.test(own)) return own;
  return OKABE_ITO[Math.max(0, index) % OKABE_ITO.length]!;
}
