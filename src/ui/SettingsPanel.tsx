import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import { useTranslation } from 'react-i18next';
import { gridForAspect } from '../contract/grid';
import { manifestOf } from '../state/model-state';
import {
  aspectOf,
  ASPECTS,
  COUNTS,
  GUIDANCE_RANGE,
  STEPS_RANGE,
  type AspectName,
} from '../state/settings';
import { ChoiceField } from './ChoiceField';
import { LengthField } from './ClipFields';
import { formatDecimal } from './format';
import { Icon } from './icons';
import { lazyDialog } from './lazy-dialog';
import { PresetMenu } from './PresetMenu';
import { RangeField } from './RangeField';
import { SeedField } from './SeedField';
import { useActions, useStudio } from './studio-context';
import { useIsWide } from './use-media';

const SweepDialog = lazyDialog(async () => (await import('./SweepDialog')).SweepDialog);

/** What applies to the next picture. Folded to one line on a phone until it is opened. */
export function SettingsPanel() {
  const { t } = useTranslation(['settings', 'sweeps']);
  const isWide = useIsWide();
  const summary = useSummary();
  const [isSweepOpen, setSweepOpen] = useState(false);
  return (
    <>
      <Disclosure className="settings" defaultExpanded={isWide} key={String(isWide)}>
        <Heading className="settings__heading">
          <Button slot="trigger" className="settings__trigger">
            <span className="section-title">{t('heading')}</span>
            <span className="settings__summary">{summary}</span>
            <Icon name="chevron" />
          </Button>
        </Heading>
        <DisclosurePanel className="settings__panel">
          <div className="settings__fields">
            <PresetMenu />
            <LevelsField />
            <CountField />
            <LengthField />
            <AspectField />
            <SeedField />
            <SamplerFields />
            <div>
              <Button className="text-button" onPress={() => setSweepOpen(true)}>
                {t('sweeps:open')}
              </Button>
            </div>
          </div>
        </DisclosurePanel>
      </Disclosure>
      {/* Outside of what folds: a window that shrinks would close it. */}
      <SweepDialog isOpen={isSweepOpen} onClose={() => setSweepOpen(false)} />
    </>
  );
}

function useSummary(): string {
  const { t } = useTranslation('settings');
  const settings = useStudio((state) => state.settings);
  const sampler = useStudio((state) => manifestOf(state.model)?.sampler);
  const steps = settings.steps ?? sampler?.steps;
  const parts: string[] = [settings.aspect, t('summarySeed', { seed: settings.seed })];
  if (steps !== undefined) parts.push(t('summarySteps', { steps }));
  return parts.join(' \u00b7 ');
}

function LevelsField() {
  const { t } = useTranslation('settings');
  const max = useStudio((state) => manifestOf(state.model)?.config.levels ?? 4);
  const levels = useStudio((state) => state.settings.levels ?? max);
  const { change } = useActions();
  const value = Math.min(levels, max);
  const choices = Array.from({ length: max }, (_, index) => ({
    value: `${index + 1}`,
    face: `${index + 1}`,
    name: `${index + 1}`,
  }));
  return (
    <ChoiceField
      label={t('levels.label')}
      help={t('levels.help')}
      value={`${value}`}
      valueText=""
      choices={choices}
      onChange={(chosen) => change({ levels: Number(chosen) === max ? null : Number(chosen) })}
    />
  );
}

function CountField() {
  const { t } = useTranslation('settings');
  const count = useStudio((state) => state.settings.count);
  const { change } = useActions();
  return (
    <ChoiceField
      label={t('count.label')}
      help={t('count.help')}
      value={`${count}`}
      valueText=""
      choices={COUNTS.map((offered) => ({
        value: `${offered}`,
        face: offered,
        name: t('count.pictures', { count: offered }),
      }))}
      onChange={(chosen) => change({ count: Number(chosen) })}
    />
  );
}

function AspectField() {
  const { t } = useTranslation('settings');
  const aspect = useStudio((state) => state.settings.aspect);
  const k = useStudio((state) => manifestOf(state.model)?.config.k);
  const { change } = useActions();
  const grid = k === undefined ? null : gridForAspect(aspectOf(aspect), k);
  return (
    <ChoiceField
      label={t('aspect.label')}
      help={t('aspect.help')}
      value={aspect}
      valueText={
        grid ? `${aspect} \u00b7 ${t('aspect.grid', { columns: grid.gw, rows: grid.gh })}` : aspect
      }
      choices={ASPECTS.map((name) => ({ value: name, name, face: <ShapeGlyph name={name} /> }))}
      onChange={(chosen) => {
        const name = ASPECTS.find((offered) => offered === chosen);
        if (name) change({ aspect: name });
      }}
    />
  );
}

function ShapeGlyph({ name }: { name: AspectName }) {
  const { width, height } = aspectOf(name);
  const scale = 16 / Math.sqrt(width * height);
  return (
    <span
      className="shape-glyph"
      style={{ inlineSize: `${width * scale}px`, blockSize: `${height * scale}px` }}
    />
  );
}

function SamplerFields() {
  const { t } = useTranslation('settings');
  const sampler = useStudio((state) => manifestOf(state.model)?.sampler);
  const chosenSteps = useStudio((state) => state.settings.steps);
  const chosenGuidance = useStudio((state) => state.settings.guidance);
  const { change } = useActions();
  const steps = chosenSteps ?? sampler?.steps ?? 25;
  const guidance = chosenGuidance ?? sampler?.guidance ?? 6;
  const isChanged = chosenSteps !== null || chosenGuidance !== null;
  return (
    <>
      <RangeField
        label={t('steps.label')}
        help={t('steps.help')}
        value={steps}
        range={STEPS_RANGE}
        valueText={`${steps}`}
        {...(sampler ? { recommended: sampler.steps } : {})}
        onChange={(value) => change({ steps: value === sampler?.steps ? null : value })}
      />
      <RangeField
        label={t('guidance.label')}
        help={t('guidance.help')}
        value={guidance}
        range={GUIDANCE_RANGE}
        valueText={formatDecimal(guidance, 1)}
        {...(sampler ? { recommended: sampler.guidance } : {})}
        onChange={(value) => change({ guidance: value === sampler?.guidance ? null : value })}
      />
      {isChanged && (
        <Button className="text-button" onPress={() => change({ steps: null, guidance: null })}>
          {t('reset')}
        </Button>
      )}
    </>
  );
}
