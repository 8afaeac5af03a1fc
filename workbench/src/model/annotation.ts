/** One answer on an image, exactly as it travels: original pixels after EXIF orientation. */
import type { components } from '../openapi';

type Schemas = components['schemas'];

export type TagAnnotation = Schemas['TagAnnotation'];
/** With an angle, `box` is the box before it is turned about its centre. */
export type BoxAnnotation = Schemas['BoxAnnotation'];
export type PolygonAnnotation = Schemas['PolygonAnnotation'];
export type MaskAnnotation = Schemas['MaskAnnotation'];
export type PointAnnotation = Schemas['PointAnnotation'];
export type SkeletonAnnotation = Schemas['SkeletonAnnotation'];
export type PolylineAnnotation = Schemas['PolylineAnnotation'];
export type EllipseAnnotation = Schemas['EllipseAnnotation'];
/** Without `of` it is a text of the whole image. */
export type TextAnnotation = Schemas['TextAnnotation'];

/** The answers to the questions about a whole image. */
export type AttributesAnnotation = Schemas['AttributesAnnotation'];

export type Annotation = Schemas['Annotation'];
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
