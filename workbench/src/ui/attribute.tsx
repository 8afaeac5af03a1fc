/** The answer to one question about a mark or about the whole image. */
import type { AttributeValue } from '../model/annotation';
import type { AttributeRule } from '../model/schema';
import { markWords } from './strings-rest';

export function Attribute(props: {
  rule: AttributeRule;
  value: AttributeValue | undefined;
  readOnly: boolean;
  onValue: (value: AttributeValue | null) => void;
}) {
  const { rule, value, readOnly, onValue } = props;
  const name = (
    <span dir="auto">
      {rule.name} {rule.required !== false && rule.type !== 'boolean' && <small>{markWords.required}</small>}
    </span>
  );
  if (rule.type === 'boolean') {
    return (
      <label class="wb-field wb-field-row">
        <input
          class="wb-check"
          type="checkbox"
          checked={value === true}
          disabled={readOnly}
          onChange={(event) => onValue(event.currentTarget.checked)}
        />
        {name}
      </label>
    );
  }
  if (rule.type === 'choice') {
    return (
      <label class="wb-field wb-field-row">
        {name}
        <select
          class="wb-input"
          disabled={readOnly}
          value={value === undefined ? '' : String(value)}
          onChange={(event) => onValue(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        >
          <option value="">{markWords.notSet}</option>
          {rule.options?.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      </label>
    );
  }
  if (rule.type === 'multiple') {
    const chosen: readonly string[] = Array.isArray(value) ? value : [];
    return (
      <fieldset class="wb-group" disabled={readOnly}>
        <legend class="wb-legend">{name}</legend>
        <div class="wb-chips">
          {rule.options?.map((option) => (
            <label key={option} class="wb-chip">
              <input
                type="checkbox"
                checked={chosen.includes(option)}
                onChange={({ currentTarget }) => {
                  const next = (rule.options ?? []).filter((word) =>
                    word === option ? currentTarget.checked : chosen.includes(word),
                  );
                  onValue(next.length === 0 ? null : next);
                }}
              />
              <span dir="auto">{option}</span>
            </label>
          ))}
        </div>
      </fieldset>
    );
  }
  return (
    <label class="wb-field wb-field-row">
      {name}
      <input
        class="wb-input"
        type="text"
        inputMode={rule.type === 'number' ? 'decimal' : 'text'}
        dir="auto"
        readOnly={readOnly}
        value={value === undefined ? '' : String(value)}
        onChange={(event) => {
          const text = event.currentTarget.value.trim();
          const number = Number(text.replace(',', '.'));
          if (rule.type === 'text') onValue(text === '' ? null : text);
          else onValue(text === '' || Number.isNaN(number) ? null : number);
        }}
      />
    </label>
  );
}
