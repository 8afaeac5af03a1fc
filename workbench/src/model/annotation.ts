/** One answer on an image, exactly as it travels: original pixels after EXIF orientation. */
import type { components } from '../openapi';

type Schemas = components['schemas'];

/** What helped with a mark; sent beside the answer (`assists`), never inside it. */
export type Assist = Schemas['Assist'];

/** What the workbench notes on a mark and never sends as a part of it. */
interface Notes {
  readonly assist?: Assist;
  /** A model proposes it: no part of the answer until somebody accepts or changes it. */
  readonly suggestion?: {
    readonly source: string;
    readonly confidence?: number;
    /** What it is called once it is accepted, where that is not a suggestion of `source`. */
    readonly by?: string;
    readonly version?: string;
  };
}

export type TagAnnotation = Schemas['TagAnnotation'];
/** With an angle, `box` is the box before it is turned about its centre. */
export type BoxAnnotation = Schemas['BoxAnnotation'] & Notes;
export type PolygonAnnotation = Schemas['PolygonAnnotation'] & Notes;
export type MaskAnnotation = Schemas['MaskAnnotation'] & Notes;
export type PointAnnotation = Schemas['PointAnnotation'] & Notes;
export type SkeletonAnnotation = Schemas['SkeletonAnnotation'] & Notes;
export type PolylineAnnotation = Schemas['PolylineAnnotation'] & Notes;
export type EllipseAnnotation = Schemas['EllipseAnnotation'] & Notes;
/** Without `of` it is a text of the whole image. */
export type TextAnnotation = Schemas['TextAnnotation'] & Notes;

/** The answers to the questions about a whole image. */
export type AttributesAnnotation = Schemas['AttributesAnnotation'];

export type Annotation = Schemas['Annotation'] & Notes;
export type ShapeAnnotation = Exclude<Annotation, TagAnnotation | TextAnnotation | AttributesAnnotation>;
/** COCO run-length encoding: column-major runs, compressed to text. */
export type Rle = MaskAnnotation['mask'];
export type ShapeKind = ShapeAnnotation['kind'];
/** A shape that has no id, label or attributes yet. */
export type Geometry<S = ShapeAnnotation> = S extends ShapeAnnotation
  ? Omit<S, 'id' | 'label' | 'attributes' | 'image'>
  : never;
export type AttributeValue = NonNullable<NonNullable<ShapeAnnotation['attributes']>[string]>;
export type Visibility = SkeletonAnnotation['skeleton'][string][2];

export function isShape(annotation: Annotation): annotation is ShapeAnnotation {
  return annotation.kind !== 'tag' && annotation.kind !== 'text' && annotation.kind !== 'attributes';
}

/** The smallest number above all numeric ids, as text: ids stay short and are not given twice. */
export function nextId(annotations: readonly Annotation[]): string {
  let highest = 0;
  for (const { id } of annotations) if (/^\d{1,9}$/.test(id)) highest = Math.max(highest, Number(id));
  return String(highest + 1);
}
