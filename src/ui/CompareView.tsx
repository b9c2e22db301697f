import { Slider, SliderThumb, SliderTrack } from 'react-aria-components/Slider';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { useTranslation } from 'react-i18next';
import { PixelCanvas } from './PixelCanvas';
import { useActions, useStudio } from './studio-context';

/** Pins what is shown now, or lets it go. */
export function CompareToggle() {
  const { t } = useTranslation('compare');
  const isPinned = useStudio((state) => state.pinned !== null);
  const { pinView, unpin, reportDownloadFailure } = useActions();
  return (
    <ToggleButton
      className="text-button"
      isSelected={isPinned}
      onChange={(isOn) => {
        if (isOn) pinView().catch(reportDownloadFailure);
        else unpin();
      }}
    >
      {t('toggle')}
    </ToggleButton>
  );
}

/**
 * The pinned view over the picture, up to a divider that is dragged anywhere on the picture or moved with arrow keys. Both
 * fill the same box, so that whatever their sizes the same places lie on each other.
 */
export function PinnedView() {
  const { t } = useTranslation('compare');
  const pinned = useStudio((state) => state.pinned);
  const { setDivider } = useActions();
  const divider = useStudio((state) => state.divider);
  if (!pinned) return null;
  const { pixels, prompt, levels } = pinned;
  const { width, height } = pixels;
  const facts = { level: levels, width, height };
  return (
    <Slider
      className="stage__picture compare"
      style={{ '--picture-width': width, '--picture-height': height }}
      aria-label={t('divider')}
      minValue={0}
      maxValue={100}
      value={divider}
      onChange={setDivider}
    >
      <SliderTrack className="compare__track">
        <PixelCanvas
          pixels={pixels}
          className="compare__pinned"
          style={{ clipPath: `inset(0 ${100 - divider}% 0 0)` }}
          label={prompt === '' ? t('pinnedNoPrompt', facts) : t('pinned', { prompt, ...facts })}
        />
        <SliderThumb className="compare__thumb" />
        <span className="compare__name compare__name--pinned">{t('short', facts)}</span>
      </SliderTrack>
    </Slider>
  );
}
