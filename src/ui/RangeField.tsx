import type { ReactNode } from 'react';
import { Label } from 'react-aria-components/Label';
import {
  Slider,
  SliderFill,
  SliderOutput,
  SliderThumb,
  SliderTrack,
} from 'react-aria-components/Slider';
import { Hint } from './Hint';

/** What a range field needs. */
export interface RangeFieldProps {
  readonly label: string;
  readonly help: string;
  readonly value: number;
  readonly range: { readonly minimum: number; readonly maximum: number; readonly step?: number };
  /** The value in words, beside the label and for screen readers. */
  readonly valueText: string;
  /** Marked on the track. */
  readonly recommended?: number;
  readonly isDisabled?: boolean;
  /** Marks every value of the range on the track. */
  readonly hasTicks?: boolean;
  readonly onChange: (value: number) => void;
  /** The slider was let go. */
  readonly onRelease?: (value: number) => void;
}

/** A labelled slider with its value and an explanation. */
export function RangeField(props: RangeFieldProps) {
  const { label, help, value, range, valueText, onChange, onRelease } = props;
  const { minimum, maximum, step = 1 } = range;
  return (
    <Slider
      className="range"
      value={value}
      minValue={minimum}
      maxValue={maximum}
      step={step}
      isDisabled={props.isDisabled ?? false}
      onChange={onChange}
      onChangeEnd={(end) => onRelease?.(end)}
    >
      <div className="field__head">
        <Label className="field__label">{label}</Label>
        <Hint about={label}>{help}</Hint>
        <SliderOutput className="field__value">{valueText}</SliderOutput>
      </div>
      <SliderTrack className="range__track">
        <span className="range__rail" />
        <SliderFill className="range__fill" />
        <Marks {...props} />
        <SliderThumb className="range__thumb" />
      </SliderTrack>
    </Slider>
  );
}

function Marks({ range, recommended, hasTicks }: RangeFieldProps): ReactNode {
  const { minimum, maximum, step = 1 } = range;
  const at = (value: number) => `${((value - minimum) / (maximum - minimum)) * 100}%`;
  const ticks: number[] = [];
  if (hasTicks) for (let tick = minimum; tick <= maximum; tick += step) ticks.push(tick);
  else if (recommended !== undefined) ticks.push(recommended);
  if (maximum <= minimum) return null;
  return ticks.map((tick) => (
    <span key={tick} className="range__tick" style={{ insetInlineStart: at(tick) }} />
  ));
}
