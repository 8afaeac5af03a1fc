/**
 * What each kind says of how alike two of it are: its folder's similarity.ts, where the overlap of outlines does not say it.
 * Apart from what draws, because paid work compares nothing: only lessons, receipts and reviews load this.
 */
import { enterMeasure, type Measure } from '../model/similarity';

const MEASURES = import.meta.glob<Measure>('./*/similarity.ts', { eager: true, import: 'similarity' });

for (const [path, measure] of Object.entries(MEASURES)) enterMeasure(path.split('/')[1]!, measure);
