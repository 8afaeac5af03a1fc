/** Enters every shape before a test: tests ask for any kind, as pages do after loading the kinds of their schema. */
import { enter, type ShapeFolder } from '..';
import '../measures';

const folders = import.meta.glob<ShapeFolder>('../*/index.ts', { eager: true, import: 'default' });
for (const folder of Object.values(folders)) enter(folder);
