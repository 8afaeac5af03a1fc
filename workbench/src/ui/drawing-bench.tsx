/** The bench of a task that draws, once the code of its shapes is there. */
import { useEffect, useState } from 'preact/hooks';
import { isLoaded, kindsOf, loadKinds, SHAPE_KINDS } from '../shapes';
import { ShapeBench, type ShapeBenchProps } from './shape-bench';
import { NotYet } from './stage';

export function DrawingBench(props: ShapeBenchProps) {
  const kinds = shapesIn(props);
  const missing = kinds.filter((kind) => !isLoaded(kind)).join(' ');
  const [failed, setFailed] = useState(false);
  const [, setCame] = useState('');
  useEffect(() => {
    loadKinds(kinds).then(
      () => setCame(missing),
      () => setFailed(true),
    );
  }, [missing]);
  return missing === '' ? <ShapeBench {...props} /> : NotYet(failed);
}

/** Kinds of the schema, and of what is shown beside it: another answer, the place a verdict points at. */
const shapesIn = ({ answer, overlays }: ShapeBenchProps): string[] =>
  [
    ...kindsOf(answer.schema),
    ...answer.drawn.peek().map(({ kind }) => kind),
    ...(overlays ?? []).map(({ shape }) => shape.kind),
  ].filter((kind) => SHAPE_KINDS.includes(kind));
