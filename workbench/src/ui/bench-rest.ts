/** What a bench shows once somebody has begun: in one piece with one name, since a request costs 562 ms on a slow line. */
export { BrushBar } from './brush-bar';
export { copy, paste } from './copies';
export { FindLabel } from './find-label';
export { FinishBar } from './finish-bar';
export { ImageQuestions } from './image-questions';
export { Peek } from './peek';
export { Regions } from './regions';
export { WholeTexts } from './text-field';
