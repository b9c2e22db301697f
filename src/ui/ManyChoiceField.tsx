import { useId } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';

/** A row of numbers of which at least one is chosen. */
export function ManyChoiceField(props: {
  readonly label: string;
  readonly values: readonly number[];
  readonly chosen: readonly number[];
  /** Whether this one cannot be chosen now. */
  readonly isDisabled: (value: number) => boolean;
  readonly nameOf: (value: number) => string;
  /** In the order of `values`. */
  readonly onChange: (chosen: readonly number[]) => void;
}) {
  const { label, values, chosen, isDisabled, nameOf, onChange } = props;
  const id = useId();
  return (
    <div className="choice">
      <span className="field__label" id={id}>
        {label}
      </span>
      <ToggleButtonGroup
        className="choice__row"
        aria-labelledby={id}
        selectionMode="multiple"
        disallowEmptySelection
        selectedKeys={chosen}
        onSelectionChange={(keys) => onChange(values.filter((value) => keys.has(value)))}
      >
        {values.map((value) => (
          <ToggleButton
            key={value}
            id={value}
            className="choice__item choice__item--toggle"
            isDisabled={isDisabled(value)}
          >
            {nameOf(value)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
