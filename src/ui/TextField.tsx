import { useId } from 'react';

/** A labelled line of text. */
export function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  /** What is wrong with the text; absent when nothing is. */
  readonly problem?: string | null;
  readonly onChange: (text: string) => void;
}) {
  const { label, value, maxLength, problem = null, onChange } = props;
  const id = useId();
  return (
    <div className="text-field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input"
        value={value}
        maxLength={maxLength}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : `${id}-problem`}
        onChange={(event) => onChange(event.target.value)}
      />
      {problem !== null && (
        <span id={`${id}-problem`} className="text-field__problem" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}
