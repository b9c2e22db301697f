import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { useTranslation } from 'react-i18next';
import type { LatentEncoding } from '../../contract/engine';
import { LAB_SIZES_PX, LAB_VIEWS, type Lab, type LabView } from '../../state/lab/lab-state';
import { ChoiceField } from '../ChoiceField';
import { Hint } from '../Hint';
import { Icon } from '../icons';
import { RangeField } from '../RangeField';
import { decimal } from './decimal';
import { useActions, useStudio } from '../studio-context';

const ENCODINGS: readonly LatentEncoding[] = ['int8', 'float16', 'float32'];

/** How the lab looks at the picture, and what the file keeps of it. */
export function LabFields({ lab }: { readonly lab: Lab }) {
  return (
    <>
      <ViewField lab={lab} />
      <LevelField lab={lab} />
      <FrameField lab={lab} />
      <FileFields lab={lab} />
      <BudgetField lab={lab} />
    </>
  );
}

function ViewField({ lab }: { readonly lab: Lab }) {
  const { t } = useTranslation('lab');
  const { showInLab } = useActions();
  return (
    <ChoiceField
      label={t('view.label')}
      help={t('view.help')}
      value={lab.view}
      valueText=""
      choices={LAB_VIEWS.map((value) => {
        const name = t(`view.names.${value}`);
        return { value, face: name, name };
      })}
      onChange={(value) => showInLab({ view: value as LabView })}
    />
  );
}

function LevelField({ lab }: { readonly lab: Lab }) {
  const { t } = useTranslation('lab');
  const { showInLab } = useActions();
  const levels = lab.result?.levels.length ?? lab.levelsMax;
  const level = Math.min(lab.shownLevels, levels);
  return (
    <RangeField
      label={t('level.label')}
      help={t('level.help')}
      value={level}
      range={{ minimum: 1, maximum: Math.max(2, levels) }}
      valueText={t('level.value', { level, of: levels })}
      isDisabled={levels < 2}
      hasTicks
      onChange={(shownLevels) => showInLab({ shownLevels })}
    />
  );
}

function FrameField({ lab: { original, shownFrame } }: { readonly lab: Lab }) {
  const { t } = useTranslation('lab');
  const { showInLab } = useActions();
  if (original.length < 2) return null;
  return (
    <RangeField
      label={t('frame.label')}
      help={t('frame.help')}
      value={shownFrame + 1}
      range={{ minimum: 1, maximum: original.length }}
      valueText={t('frame.value', { frame: shownFrame + 1, of: original.length })}
      onChange={(frame) => showInLab({ shownFrame: frame - 1 })}
    />
  );
}

function FileFields({ lab: { choice } }: { readonly lab: Lab }) {
  const { t } = useTranslation('lab');
  const { changeLab } = useActions();
  return (
    <div className="lab__pair">
      <ChoiceField
        label={t('size.label')}
        help={t('size.help')}
        value={`${choice.sizePx}`}
        valueText={t('size.value', { px: choice.sizePx })}
        choices={LAB_SIZES_PX.map((px) => ({
          value: `${px}`,
          face: px,
          name: t('size.value', { px }),
        }))}
        onChange={(px) => changeLab({ sizePx: Number(px) })}
      />
      <ChoiceField
        label={t('bits.label')}
        help={t('bits.help')}
        value={choice.encoding}
        valueText=""
        choices={ENCODINGS.map((value) => {
          const name = t(`bits.names.${value}`);
          return { value, face: name, name };
        })}
        onChange={(encoding) => changeLab({ encoding: encoding as LatentEncoding })}
      />
    </div>
  );
}

function BudgetField({ lab }: { readonly lab: Lab }) {
  const { t, i18n } = useTranslation('lab');
  const { changeLab } = useActions();
  const { average } = lab.choice;
  const [held, setHeld] = useState<number | null>(null);
  const value = held ?? average;
  return (
    <RangeField
      label={t('budget.label')}
      help={t('budget.help')}
      value={value}
      range={{ minimum: 1, maximum: lab.levelsMax, step: 0.125 }}
      valueText={t('budget.value', { average: decimal(value, 2, i18n.language) })}
      onChange={setHeld}
      onRelease={(wanted) => {
        setHeld(null);
        changeLab({ average: wanted });
      }}
    />
  );
}

/** What the brush does. Painting itself happens on the picture. */
export function BrushFields({ lab }: { readonly lab: Lab }) {
  const { t } = useTranslation('lab');
  const { changeLab, clearStrokes, chooseBrush, showInLab } = useActions();
  const brush = useStudio((state) => state.labBrush);
  const isPainted = lab.choice.strokes.some((by) => by !== 0);
  return (
    <div className="lab__brush">
      <ChoiceField
        label={t('brush.label')}
        help={t('brush.help')}
        value={lab.view === 'levels' ? `${brush}` : ''}
        valueText=""
        choices={[
          { value: '1', face: t('brush.more'), name: t('brush.more') },
          { value: '-1', face: t('brush.less'), name: t('brush.less') },
        ]}
        onChange={(value) => {
          chooseBrush(value === '1' ? 1 : -1);
          showInLab({ view: 'levels' });
        }}
      />
      <div className="lab__row">
        <ToggleButton
          className="text-button"
          isSelected={lab.choice.isBudgetKept}
          onChange={(isBudgetKept) => changeLab({ isBudgetKept })}
        >
          {t('brush.keepsBudget')}
        </ToggleButton>
        <Hint about={t('brush.keepsBudget')}>{t('brush.keepsBudgetHelp')}</Hint>
        <Button className="text-button" isDisabled={!isPainted} onPress={clearStrokes}>
          <Icon name="discard" /> {t('brush.clear')}
        </Button>
      </div>
    </div>
  );
}
