import { Button } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
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
import { Icon } from './icons';
import { RangeField } from './RangeField';
import { SeedField } from './SeedField';
import { settings as strings } from './strings';
import { queue } from './strings-gallery';
import { useActions, useStudio } from './studio-context';
import { useIsWide } from './use-media';

/** What applies to the next picture. Folded to one line on a phone until it is opened. */
export function SettingsPanel() {
  const isWide = useIsWide();
  const summary = useSummary();
  return (
    <Disclosure className="settings" defaultExpanded={isWide} key={String(isWide)}>
      <Heading className="settings__heading">
        <Button slot="trigger" className="settings__trigger">
          <span className="section-title">{strings.heading}</span>
          <span className="settings__summary">{summary}</span>
          <Icon name="chevron" />
        </Button>
      </Heading>
      <DisclosurePanel className="settings__panel">
        <div className="settings__fields">
          <LevelsField />
          <CountField />
          <LengthField />
          <AspectField />
          <SeedField />
          <SamplerFields />
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}

function useSummary(): string {
  const settings = useStudio((state) => state.settings);
  const sampler = useStudio((state) => manifestOf(state.model)?.sampler);
  const steps = settings.steps ?? sampler?.steps;
  const parts = [settings.aspect, `seed ${settings.seed}`];
  if (steps !== undefined) parts.push(`${steps} steps`);
  return parts.join(' \u00b7 ');
}

function LevelsField() {
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
      label={strings.levels.label}
      help={strings.levels.help}
      value={`${value}`}
      valueText=""
      choices={choices}
      onChange={(chosen) => change({ levels: Number(chosen) === max ? null : Number(chosen) })}
    />
  );
}

function CountField() {
  const count = useStudio((state) => state.settings.count);
  const { change } = useActions();
  const { label, help, face, name } = queue.count;
  return (
    <ChoiceField
      label={label}
      help={help}
      value={`${count}`}
      valueText=""
      choices={COUNTS.map((offered) => ({
        value: `${offered}`,
        face: face(offered),
        name: name(offered),
      }))}
      onChange={(chosen) => change({ count: Number(chosen) })}
    />
  );
}

function AspectField() {
  const aspect = useStudio((state) => state.settings.aspect);
  const k = useStudio((state) => manifestOf(state.model)?.config.k);
  const { change } = useActions();
  const grid = k === undefined ? null : gridForAspect(aspectOf(aspect), k);
  return (
    <ChoiceField
      label={strings.aspect.label}
      help={strings.aspect.help}
      value={aspect}
      valueText={grid ? `${aspect} \u00b7 ${strings.aspect.grid(grid.gw, grid.gh)}` : aspect}
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
        {...strings.steps}
        value={steps}
        range={STEPS_RANGE}
        valueText={`${steps}`}
        {...(sampler ? { recommended: sampler.steps } : {})}
        onChange={(value) => change({ steps: value === sampler?.steps ? null : value })}
      />
      <RangeField
        {...strings.guidance}
        value={guidance}
        range={GUIDANCE_RANGE}
        valueText={guidance.toFixed(1)}
        {...(sampler ? { recommended: sampler.guidance } : {})}
        onChange={(value) => change({ guidance: value === sampler?.guidance ? null : value })}
      />
      {isChanged && (
        <Button className="text-button" onPress={() => change({ steps: null, guidance: null })}>
          {strings.reset}
        </Button>
      )}
    </>
  );
}
