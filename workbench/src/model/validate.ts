/**
 * What is wrong with an answer, pointing at the annotation: the server's rules and codes, checked before anything is
 * sent. What the types already rule out (a text for a number) is left to the server.
 */
import { decodeMask, maskArea } from '../geometry/mask';
import { distance, type Position, type Ring, type Size } from '../geometry/points';
import { firstCrossing, ringArea, ringsContain } from '../geometry/polygon';
import {
  type Annotation,
  type BoxAnnotation,
  type EllipseAnnotation,
  isShape,
  type PolygonAnnotation,
  type ShapeAnnotation,
  type SkeletonAnnotation,
} from './annotation';
import { type AttributeRule, type LabelRule, type LabelSchema, labelRule } from './schema';

export interface Problem {
  /** Id of the annotation; null when the answer as a whole is meant. */
  readonly annotation: string | null;
  readonly field: string;
  readonly code: string;
  /** For the person who drew it. */
  readonly message: string;
}

export interface Answer {
  readonly annotations: readonly Annotation[];
  readonly nothing_to_mark: boolean;
}

/** Coordinates up to this far outside are pulled back by the server. */
const EDGE_TOLERANCE_PX = 1;
const MIN_SIDE_PX = 1;
const MIN_RADIUS_PX = 0.5;
const MAX_TEXT_CHARACTERS = 2_000;
const MAX_POINTS = 20_000;

/** @param images sizes by image position */
export function validate(schema: LabelSchema, answer: Answer, images: readonly Size[]): Problem[] {
  const { annotations } = answer;
  const problems = nothingProblems(schema, answer);
  const seen = new Set<string>();
  const tags = new Map<string, Set<string>>();
  const shapes = new Map<string, ShapeAnnotation>();
  for (const annotation of annotations) {
    const { id } = annotation;
    const found = (field: string, code: string, message: string) => {
      problems.push({ annotation: id, field, code, message });
    };
    const image = images[annotation.image ?? 0];
    if (seen.has(id)) found('id', 'duplicate_id', 'Another mark has the same number.');
    else if (image === undefined) found('image', 'unknown_image', 'This mark lies on an image that is not there.');
    else if (annotation.kind === 'tag') {
      const fault = tagProblem(schema, annotation, tags);
      if (fault !== null) found(...fault);
    } else if (isShape(annotation)) {
      const rule = labelRule(schema, annotation.label);
      if (rule === undefined) found('label', 'unknown_label', 'Choose a label.');
      else if (!rule.kinds.includes(annotation.kind)) {
        found('kind', 'kind_not_allowed', `${rule.name} is not marked with this tool.`);
      } else {
        shapes.set(id, annotation);
        attributeProblems(rule, annotation, found);
        const fault = shapeProblem(annotation, rule, image);
        if (fault !== null) found(...fault);
      }
    }
    seen.add(id);
  }
  textProblems(schema, annotations, shapes, problems);
  for (const group of schema.tags ?? []) {
    for (const position of images.keys()) {
      if ((group.required ?? true) && !tags.has(`${position} ${group.name}`)) {
        const message = `Answer the question “${group.name}”.`;
        problems.push({ annotation: null, field: `tags.${group.name}`, code: 'required', message });
      }
    }
  }
  return problems;
}

type Found = (field: string, code: string, message: string) => void;
type Fault = readonly [field: string, code: string, message: string];

function nothingProblems(schema: LabelSchema, { annotations, nothing_to_mark }: Answer): Problem[] {
  const whole = (field: string, code: string, message: string) => [{ annotation: null, field, code, message }];
  if (nothing_to_mark) {
    if (!schema.allow_nothing) {
      return whole('nothing_to_mark', 'nothing_not_allowed', 'This project has no answer “nothing to mark”.');
    }
    return annotations.some(({ kind }) => kind !== 'tag')
      ? whole(
          'nothing_to_mark',
          'nothing_contradicted',
          'You said there is nothing to mark, and yet something is marked.',
        )
      : [];
  }
  if (annotations.length > 0) return [];
  const message = schema.allow_nothing
    ? 'Mark something, or say that there is nothing to mark.'
    : 'The answer is still empty.';
  return whole('annotations', 'empty', message);
}

function tagProblem(
  schema: LabelSchema,
  tag: Annotation & { kind: 'tag' },
  chosen: Map<string, Set<string>>,
): Fault | null {
  const group = schema.tags?.find(({ name }) => name === tag.of);
  if (group === undefined) return ['of', 'unknown_tag_group', 'This question is not asked here.'];
  if (!group.options.includes(tag.label))
    return ['label', 'not_an_option', `Choose one of: ${group.options.join(', ')}.`];
  const key = `${tag.image ?? 0} ${group.name}`;
  const words = chosen.get(key) ?? new Set();
  if (words.has(tag.label)) return ['label', 'duplicate_tag', `“${tag.label}” is chosen twice.`];
  if ((group.choose ?? 'one') === 'one' && words.size > 0) {
    return ['of', 'choose_one', `Choose only one answer for “${group.name}”.`];
  }
  chosen.set(key, words.add(tag.label));
  return null;
}

function attributeProblems(rule: LabelRule, shape: ShapeAnnotation, found: Found): void {
  const given = shape.attributes ?? {};
  for (const name of Object.keys(given)) {
    if (!rule.attributes?.some((attribute) => attribute.name === name)) {
      found(`attributes.${name}`, 'unknown_attribute', `${rule.name} has no “${name}”.`);
    }
  }
  for (const attribute of rule.attributes ?? []) {
    const value = given[attribute.name];
    const field = `attributes.${attribute.name}`;
    const blank = attribute.type === 'text' && typeof value === 'string' && value.trim() === '';
    if (value === undefined || value === null || blank) {
      if (attribute.required ?? true) found(field, 'required', `Answer “${attribute.name}” for this mark.`);
    } else if (!fits(attribute, value)) {
      found(
        field,
        attribute.type === 'choice' ? 'not_an_option' : 'wrong_type',
        `“${attribute.name}” has no such answer.`,
      );
    }
  }
}

function fits(attribute: AttributeRule, value: string | number | boolean): boolean {
  switch (attribute.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'text':
      return typeof value === 'string' && value.length <= MAX_TEXT_CHARACTERS;
    case 'choice':
      return typeof value === 'string' && (attribute.options ?? []).includes(value);
  }
}

/** The first fault of a shape, or null. */
function shapeProblem(shape: ShapeAnnotation, rule: LabelRule, image: Size): Fault | null {
  switch (shape.kind) {
    case 'box':
      return boxProblem(shape, image);
    case 'ellipse':
      return ellipseProblem(shape, image);
    case 'polygon':
      return polygonProblem(shape, image);
    case 'polyline': {
      const outside = outsideProblem(shape.polyline, image, 'polyline');
      if (outside !== null) return outside;
      const path = unrepeated(shape.polyline);
      if (path.length < 2) return ['polyline', 'too_few_points', 'A line needs at least two points.'];
      const length = path.slice(1).reduce((sum, point, i) => sum + distance(path[i]!, point), 0);
      return length < 1 ? ['polyline', 'too_small', 'This line is too short.'] : null;
    }
    case 'point':
      return isOutside(shape.point, image) ? ['point', 'outside_image', 'This point lies outside the image.'] : null;
    case 'skeleton':
      return skeletonProblem(shape, rule, image);
    case 'mask': {
      const [height, width] = shape.mask.size;
      if (height !== image.height || width !== image.width) {
        return ['mask.size', 'mask_size', 'This mask was made for another image.'];
      }
      try {
        decodeMask(shape.mask);
      } catch {
        return ['mask.counts', 'mask_counts', 'This mask is damaged; draw it again.'];
      }
      return maskArea(shape.mask) === 0 ? ['mask', 'too_small', 'This mask is empty.'] : null;
    }
  }
}

const isOutside = ([x, y]: Position, { width, height }: Size): boolean =>
  x < -EDGE_TOLERANCE_PX || y < -EDGE_TOLERANCE_PX || x > width + EDGE_TOLERANCE_PX || y > height + EDGE_TOLERANCE_PX;

function outsideProblem(points: Ring, image: Size, field: string): Fault | null {
  const at = points.findIndex((point) => isOutside(point, image));
  return at < 0 ? null : [`${field}[${at}]`, 'outside_image', 'A part of this mark lies outside the image.'];
}

const unrepeated = (points: Ring): Ring =>
  points.filter((point, i) => i === 0 || point[0] !== points[i - 1]![0] || point[1] !== points[i - 1]![1]);

function boxProblem({ box, angle_degrees }: BoxAnnotation, image: Size): Fault | null {
  const [x, y, width, height] = box;
  if (width < MIN_SIDE_PX || height < MIN_SIDE_PX) return ['box', 'too_small', 'This box is too small.'];
  const corners: Ring = angle_degrees
    ? [[x + width / 2, y + height / 2]]
    : [
        [x, y],
        [x + width, y + height],
      ];
  const tooLong = angle_degrees && Math.max(width, height) > image.width + image.height;
  return tooLong || corners.some((corner) => isOutside(corner, image))
    ? ['box', 'outside_image', 'This box lies outside the image.']
    : null;
}

function ellipseProblem({ ellipse: [cx, cy, rx, ry] }: EllipseAnnotation, image: Size): Fault | null {
  if (rx < MIN_RADIUS_PX || ry < MIN_RADIUS_PX) return ['ellipse', 'too_small', 'This ellipse is too small.'];
  return isOutside([cx, cy], image) || Math.max(rx, ry) > image.width + image.height
    ? ['ellipse', 'outside_image', 'This ellipse lies outside the image.']
    : null;
}

function polygonProblem({ polygon }: PolygonAnnotation, image: Size): Fault | null {
  if (polygon.reduce((sum, ring) => sum + ring.length, 0) > MAX_POINTS) {
    return ['polygon', 'too_many_points', 'This outline has too many points.'];
  }
  for (const [i, ring] of polygon.entries()) {
    const outside = outsideProblem(ring, image, `polygon[${i}]`);
    if (outside !== null) return outside;
    if (new Set(ring.map(([x, y]) => `${x} ${y}`)).size < 3) {
      return [`polygon[${i}]`, 'too_few_points', 'An outline needs at least three points.'];
    }
  }
  if (firstCrossing(polygon) !== null) return ['polygon', 'self_crossing', 'This outline crosses itself.'];
  for (const [i, hole] of polygon.entries()) {
    // Without crossings a hole is wholly inside or outside: the middle of one edge decides, as corners may touch.
    const [a, b] = [hole[0]!, hole[1]!];
    if (i > 0 && !ringsContain(polygon.slice(0, 1), [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2])) {
      return [`polygon[${i}]`, 'hole_outside', 'A hole lies outside its outline.'];
    }
  }
  const area = polygon.reduce((sum, ring, i) => sum + (i === 0 ? ringArea(ring) : -ringArea(ring)), 0);
  return area < 1 ? ['polygon', 'too_small', 'This outline covers nothing.'] : null;
}

function skeletonProblem({ skeleton }: SkeletonAnnotation, rule: LabelRule, image: Size): Fault | null {
  if (Object.keys(skeleton).some((name) => !rule.keypoints?.includes(name))) {
    return ['skeleton', 'unknown_keypoint', `A point does not belong to ${rule.name}.`];
  }
  let placed = 0;
  for (const [name, [x, y, visibility]] of Object.entries(skeleton)) {
    if (![0, 1, 2].includes(visibility)) {
      return [`skeleton.${name}`, 'not_an_option', `“${name}” must be visible, hidden or absent.`];
    }
    if (visibility === 0) continue;
    placed++;
    if (isOutside([x, y], image)) return [`skeleton.${name}`, 'outside_image', `“${name}” lies outside the image.`];
  }
  return placed === 0 ? ['skeleton', 'too_few_points', 'Place at least one point.'] : null;
}

function textProblems(
  schema: LabelSchema,
  annotations: readonly Annotation[],
  shapes: ReadonlyMap<string, ShapeAnnotation>,
  problems: Problem[],
): void {
  const places = new Set<string>();
  for (const text of annotations) {
    if (text.kind !== 'text') continue;
    const found = (field: string, code: string, message: string) => {
      problems.push({ annotation: text.id, field, code, message });
    };
    if (text.text.length > MAX_TEXT_CHARACTERS) {
      found('text', 'too_long', `A text may have at most ${MAX_TEXT_CHARACTERS} characters.`);
      continue;
    }
    const shape = text.of === undefined ? undefined : shapes.get(text.of);
    if (text.of !== undefined && shape === undefined) {
      found('of', 'unknown_shape', 'This text belongs to a mark that is not there.');
      continue;
    }
    const rule = labelRule(schema, shape?.label ?? text.label);
    if (!rule?.kinds.includes('text')) {
      found('of', 'kind_not_allowed', 'No text is asked for here.');
      continue;
    }
    const place = text.of ?? `${text.label} ${text.image ?? 0}`;
    if (places.has(place)) found('of', 'duplicate_text', 'There is already a text in the same place.');
    places.add(place);
  }
  for (const [id, shape] of shapes) {
    if (labelRule(schema, shape.label)?.kinds.includes('text') && !places.has(id)) {
      const message = 'Write the text of this mark, or say that it cannot be read.';
      problems.push({ annotation: id, field: 'text', code: 'required', message });
    }
  }
}
