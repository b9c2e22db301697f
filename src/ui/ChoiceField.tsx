import type { ReactNode } from 'react';
import { Label } from 'react-aria-components/Label';
import { RadioButton, RadioField, RadioGroup } from 'react-aria-components/RadioGroup';
import { Hint } from './Hint';

/** One of the offered values. */
export interface Choice {
  readonly value: string;
  /** What is shown; `name` is said. */
  readonly face: ReactNode;
  readonly name: string;
}

/** A row of exclusive choices with an explanation. */
export function ChoiceField(props: {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly valueText: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
}) {
  const { label, help, value, valueText, choices, onChange } = props;
  return (
    <RadioGroup className="choice" value={value} onChange={onChange} orientation="horizontal">
      <div className="field__head">
        <Label className="field__label">{label}</Label>
        <Hint about={label}>{help}</Hint>
        <span className="field__value">{valueText}</span>
      </div>
      <div className="choice__row">
        {choices.map((choice) => (
          <RadioField
            key={choice.value}
            className="choice__option"
            value={choice.value}
            aria-label={choice.name}
          >
            <RadioButton className="choice__item">{choice.face}</RadioButton>
          </RadioField>
        ))}
      </div>
    </RadioGroup>
  );
}
