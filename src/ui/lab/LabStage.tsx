import { useState, type ReactNode } from 'react';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components/Slider';
import { useTranslation } from 'react-i18next';
import type { Pixels } from '../../contract/engine';
import { differenceMap, distortionMap, MAP_GAIN } from '../../state/lab/lab-maps';
import { shownLevel, type Lab } from '../../state/lab/lab-state';
import { PixelCanvas } from '../PixelCanvas';
import { LabBrush } from './LabBrush';

/** What is looked at, in one box whatever it is, so that the same places stay at the same place. */
export function LabStage({ lab }: { readonly lab: Lab }) {
  const { t } = useTranslation('lab');
  const { original, shownFrame, isBusy, view } = lab;
  const first = original[shownFrame];
  if (!first) return null;
  const { width, height } = first;
  const rebuilt = shownLevel(lab)?.frames[shownFrame] ?? null;
  return (
    <div
      className="lab__picture"
      style={{ '--picture-width': width, '--picture-height': height }}
      aria-busy={isBusy}
    >
      {rebuilt === null ? (
        <PixelCanvas
          pixels={first}
          className="lab__pixels"
          label={t('originalName', { width, height })}
        />
      ) : view === 'compare' ? (
        <Compared original={first} rebuilt={rebuilt} levels={lab.shownLevels} />
      ) : view === 'levels' ? (
        <LabBrush lab={lab} rebuilt={rebuilt} />
      ) : (
        <DifferenceView lab={lab} original={first} rebuilt={rebuilt} />
      )}
      {isBusy && (
        <span className="compare__name lab__busy" role="status">
          {t('working')}
        </span>
      )}
    </div>
  );
}

function Compared(props: {
  readonly original: Pixels;
  readonly rebuilt: Pixels;
  readonly levels: number;
}): ReactNode {
  const { t } = useTranslation('lab');
  const [divider, setDivider] = useState(50);
  const { original, rebuilt, levels } = props;
  const { width, height } = original;
  return (
    <Slider
      className="lab__compare compare"
      aria-label={t('divider')}
      minValue={0}
      maxValue={100}
      value={divider}
      onChange={setDivider}
    >
      <SliderTrack className="compare__track">
        <PixelCanvas
          pixels={rebuilt}
          className="lab__pixels"
          label={t('rebuiltName', { levels, width, height })}
        />
        <PixelCanvas
          pixels={original}
          className="compare__pinned"
          style={{ clipPath: `inset(0 ${100 - divider}% 0 0)` }}
          label={t('originalName', { width, height })}
        />
        <SliderThumb className="compare__thumb" />
        <span className="compare__name compare__name--pinned">{t('original')}</span>
        <span className="compare__name lab__rebuilt">{t('rebuilt')}</span>
      </SliderTrack>
    </Slider>
  );
}

function DifferenceView(props: {
  readonly lab: Lab;
  readonly original: Pixels;
  readonly rebuilt: Pixels;
}) {
  const { t } = useTranslation('lab');
  const { lab, original, rebuilt } = props;
  const { shownFrame, view, result } = lab;
  const level = shownLevel(lab)?.level ?? 1;
  if (view === 'added') {
    const below = result?.levels[level - 2]?.frames[shownFrame];
    const added = below ? differenceMap(rebuilt, below) : rebuilt;
    const label = t('mapName.added', { level, gain: below ? MAP_GAIN : 1 });
    return <PixelCanvas pixels={added} className="lab__pixels" label={label} />;
  }
  if (view === 'residual') {
    const label = t('mapName.residual', { gain: MAP_GAIN });
    return (
      <PixelCanvas
        pixels={differenceMap(original, rebuilt)}
        className="lab__pixels"
        label={label}
      />
    );
  }
  return (
    <PixelCanvas
      pixels={distortionMap(original, rebuilt)}
      className="lab__pixels"
      label={t('mapName.distortion')}
    />
  );
}
