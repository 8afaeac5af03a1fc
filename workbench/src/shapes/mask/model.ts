/** Pixels, as COCO run lengths. */
import { decodeMask, maskArea, maskBounds, maskContains } from '../../geometry/mask';
import type { MaskAnnotation } from '../../model/annotation';
import type { ShapeModel } from '../../model/kind';

export const mask: ShapeModel<MaskAnnotation> = {
  kind: 'mask',
  accept: 0.75,
  bounds: (shape) => maskBounds(shape.mask),
  covers: (shape, at) => maskContains(shape.mask, at),
  borderDistance: () => Infinity,
  pixels: (shape) => shape.mask,
  handles: () => [],
  dragged: (shape) => shape,

  problem(shape, _rule, image) {
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
  },
};
