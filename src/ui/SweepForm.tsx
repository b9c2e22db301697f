import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { manifestOf } from '../state/model-state';
import {
  AXIS_NAMES,
  readAxis,
  sweepCost,
  usualValues,
  type AxisName,
  type AxisProblem,
} from '../state/sweep/sweep-axis';
import { ChoiceField } from './ChoiceField';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';
import { TextField } from './TextField';

/** Longest list of values that can be written, in UTF-16 units. */
const MOST_LETTERS = 300;

/** What somebody has written of one side. */
interface Side {
  readonly name: AxisName;
  readonly text: string;
}

/** Asks for the two sides of a grid. */
export function SweepForm() {
  const { t } = useTranslation('sweeps');
  const isReady = useStudio((state) => state.model.status === 'ready');
  const levelsMax = useLevelsMax();
  const seed = useStudio((state) => state.settings.seed);
  const { startSweep } = useActions();
  const usual = (name: AxisName): Side => ({ name, text: usualValues(name, { levelsMax, seed }) });
  const [x, setX] = useState(() => usual('guidance'));
  const [y, setY] = useState(() => usual('steps'));
  const across = readAxis(x.name, x.text, levelsMax);
  const down = readAxis(y.name, y.text, levelsMax);
  const isSame = x.name === y.name;
  const axes = 'axis' in across && 'axis' in down && !isSame ? [across.axis, down.axis] : [];
  const [first, second] = axes;
  return (
    <>
      <p>{t('lead')}</p>
      <div className="sweep__sides">
        <SideFields label={t('x')} side={x} onChange={setX} onName={(name) => setX(usual(name))} />
        <SideFields label={t('y')} side={y} onChange={setY} onName={(name) => setY(usual(name))} />
      </div>
      {isSame && <p role="alert">{t('same')}</p>}
      {first && second && <p>{t('cost', sweepCost(first, second))}</p>}
      <div className="card__actions">
        <Button
          className="button"
          isDisabled={!isReady || !first || !second}
          onPress={() => {
            if (first && second) void startSweep(first, second);
          }}
        >
          <Icon name="generate" /> {isReady ? t('start') : t('waiting')}
        </Button>
      </div>
    </>
  );
}

function SideFields(props: {
  readonly label: string;
  readonly side: Side;
  readonly onChange: (side: Side) => void;
  readonly onName: (name: AxisName) => void;
}) {
  const { label, side, onChange, onName } = props;
  const { t } = useTranslation('sweeps');
  const levelsMax = useLevelsMax();
  const read = readAxis(side.name, side.text, levelsMax);
  const problem = 'problem' in read ? read.problem : null;
  const say = (found: AxisProblem): string => {
    const example = usualValues(side.name, { levelsMax, seed: '1' });
    switch (found.type) {
      case 'empty':
        return t('problems.empty');
      case 'too-many':
        return t('problems.too-many', { most: found.most });
      case 'not-a-value':
        return t('problems.not-a-value', { found: found.found, example });
    }
  };
  return (
    <div className="sweep__side" role="group" aria-label={label}>
      <ChoiceField
        label={label}
        help={t('axisHelp')}
        value={side.name}
        valueText=""
        choices={AXIS_NAMES.map((name) => ({
          value: name,
          name: t(`axes.${name}`),
          face: t(`axes.${name}`),
        }))}
        onChange={(chosen) => {
          const name = AXIS_NAMES.find((offered) => offered === chosen);
          if (name) onName(name);
        }}
      />
      <TextField
        label={t('values')}
        value={side.text}
        maxLength={MOST_LETTERS}
        problem={problem && say(problem)}
        onChange={(text) => onChange({ ...side, text })}
      />
    </div>
  );
}

function useLevelsMax(): number {
  return useStudio((state) => manifestOf(state.model)?.config.levels ?? 4);
}
