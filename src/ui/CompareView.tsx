import type { CSSProperties } from 'react';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components/Slider';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { shownZoom } from '../state/shown';
import { pictureClass } from './picture-class';
import { PixelCanvas } from './PixelCanvas';
import { SharpTile } from './SharpTile';
import { useActions, useStudio } from './studio-context';

/** Pins what is shown now, or lets it go; and how the two are laid out. */
export function CompareToggle() {
  const { t } = useTranslation('compare');
  const isPinned = useStudio((state) => state.pinned !== null);
  const { pinView, unpin, reportDownloadFailure } = useActions();
  return (
    <>
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
      {isPinned && <LayoutToggle />}
    </>
  );
}

function LayoutToggle() {
  const { t } = useTranslation('compare');
  const layout = useStudio((state) => state.compareLayout);
  const { setCompareLayout } = useActions();
  return (
    <ToggleButton
      className="text-button"
      isSelected={layout === 'side-by-side'}
      onChange={(isBeside) => setCompareLayout(isBeside ? 'side-by-side' : 'divider')}
    >
      {t('sideBySide')}
    </ToggleButton>
  );
}

/**
 * The pinned view over the picture, up to a divider that is dragged anywhere on the picture or moved with arrow keys. Both
 * fill the same box, so that whatever their sizes the same places lie on each other. Zoomed, the divider stays in view and
 * is dragged by its thumb; elsewhere a hand moves the pictures.
 */
export function PinnedOverlay() {
  const { t } = useTranslation('compare');
  const pinned = useStudio((state) => state.pinned);
  const layout = useStudio((state) => state.compareLayout);
  const divider = useStudio((state) => state.divider);
  const { scale, x } = useStudio(useShallow(shownZoom));
  const { setDivider } = useActions();
  if (!pinned || layout === 'side-by-side') return null;
  const { width, height } = pinned.pixels;
  const covered = Math.max(0, Math.min(100 * x + (divider - 50) / scale, 100));
  return (
    <Slider
      className="compare"
      style={{ '--picture-width': width, '--picture-height': height }}
      aria-label={t('divider')}
      minValue={0}
      maxValue={100}
      value={divider}
      onChange={setDivider}
    >
      <SliderTrack className="compare__track">
        <PinnedPicture style={{ clipPath: `inset(0 ${100 - covered}% 0 0)` }} />
        <SliderThumb className="compare__thumb" />
        <PinnedName />
      </SliderTrack>
    </Slider>
  );
}

/** The pinned view by itself. */
export function PinnedPicture({ style }: { readonly style?: CSSProperties }) {
  const { t } = useTranslation('compare');
  const pinned = useStudio((state) => state.pinned);
  if (!pinned) return null;
  const { pixels, prompt, levels } = pinned;
  const { width, height } = pixels;
  const facts = { level: levels, width, height };
  return (
    <div
      role="img"
      aria-label={prompt === '' ? t('pinnedNoPrompt', facts) : t('pinned', { prompt, ...facts })}
      className={pictureClass({ widthPx: width, heightPx: height })}
      style={{ '--picture-width': width, '--picture-height': height, ...style }}
    >
      <PixelCanvas pixels={pixels} className="stage__pixels" />
      <SharpTile side="pinned" />
    </div>
  );
}

/** What the pinned view shows. */
export function PinnedName() {
  const { t } = useTranslation('compare');
  const pinned = useStudio((state) => state.pinned);
  if (!pinned) return null;
  const { levels, pixels } = pinned;
  return (
    <span className="compare__name compare__name--pinned">
      {t('short', { level: levels, width: pixels.width, height: pixels.height })}
    </span>
  );
}
