/** Questions about the whole image that are answered by yes or no, a number, a text or some of several words. */
import type { Answer } from './answer';
import { Attribute } from './attribute';

export function ImageQuestions({ answer, readOnly }: { answer: Answer; readOnly: boolean }) {
  const given = answer.imageAttributes;
  return (
    <div class="wb-details">
      {(answer.schema.attributes ?? []).map((rule) => (
        <Attribute
          key={rule.name}
          rule={rule}
          value={given[rule.name] ?? undefined}
          readOnly={readOnly}
          onValue={(value) => answer.setImageAttribute(rule.name, value)}
        />
      ))}
    </div>
  );
}
