/** One answer on an image, exactly as it travels: original pixels after EXIF orientation. */
import type { Position, Ring } from '../geometry/points';

export type AttributeValue = string | number | boolean;

export interface Common {
  readonly id: string;
  readonly label: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Position of the image in the task; 0 when absent. */
  readonly image?: number;
}

/** COCO run-length encoding: column-major runs, compressed to text. */
export interface Rle {
  /** [height, width] of the whole image. */
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

export type Visibility = 0 | 1 | 2;

export interface TagAnnotation extends Common {
  readonly kind: 'tag';
  readonly of: string;
  readonly tag: true;
}
export interface BoxAnnotation extends Common {
  readonly kind: 'box';
  /** [x, y, width, height]; with an angle, the box before it is turned about its centre. */
  readonly box: readonly [x: number, y: number, width: number, height: number];
  /** Clockwise on the screen. */
  readonly angle_degrees?: number;
}
export interface PolygonAnnotation extends Common {
  readonly kind: 'polygon';
  /** Outer ring first, then holes; rings are open (the first point is not repeated). */
  readonly polygon: readonly Ring[];
}
export interface MaskAnnotation extends Common {
  readonly kind: 'mask';
  readonly mask: Rle;
}
export interface PointAnnotation extends Common {
  readonly kind: 'point';
  readonly point: Position;
}
export interface SkeletonAnnotation extends Common {
  readonly kind: 'skeleton';
  readonly skeleton: Readonly<Record<string, readonly [x: number, y: number, visibility: Visibility]>>;
}
export interface PolylineAnnotation extends Common {
  readonly kind: 'polyline';
  readonly polyline: Ring;
}
export interface EllipseAnnotation extends Common {
  readonly kind: 'ellipse';
  readonly ellipse: readonly [cx: number, cy: number, rx: number, ry: number, angle_degrees: number];
}
export interface TextAnnotation extends Common {
  readonly kind: 'text';
  readonly text: string;
  /** The shape that is transcribed; absent for a text of the whole image. */
  readonly of?: string;
}

export type ShapeAnnotation =
  | BoxAnnotation
  | PolygonAnnotation
  | MaskAnnotation
  | PointAnnotation
  | SkeletonAnnotation
  | PolylineAnnotation
  | EllipseAnnotation;
export type Annotation = ShapeAnnotation | TagAnnotation | TextAnnotation;
export type ShapeKind = ShapeAnnotation['kind'];

export function isShape(annotation: Annotation): annotation is ShapeAnnotation {
  return annotation.kind !== 'tag' && annotation.kind !== 'text';
}

/** The smallest number above all numeric ids, as text: ids stay short and are not given twice. */
export function nextId(annotations: readonly Annotation[]): string {
  let highest = 0;
  for (const { id } of annotations) if (/^\d{1,9}$/.test(id)) highest = Math.max(highest, Number(id));
  return String(highest + 1);
}
