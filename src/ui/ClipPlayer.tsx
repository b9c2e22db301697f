import { Button } from 'react-aria-components/Button';
import { Slider, SliderFill, SliderThumb, SliderTrack } from 'react-aria-components/Slider';
import { useTranslation } from 'react-i18next';
import { isWhole, lengthOf } from '../state/clip-state';
import { shownClip, shownFrame } from '../state/clip-view';
import { Icon } from './icons';
import { PixelCanvas } from './PixelCanvas';
import { useActions, useStudio } from './studio-context';
import { useClipPlayback } from './use-clip-playback';

/** The clip on the light table: the frame under the playhead. */
export function ClipCanvas(props: {
  readonly className: string;
  readonly prompt: string;
  readonly levels: number;
}) {
  const { t } = useTranslation('clips');
  const { className, prompt, levels } = props;
  const clip = useStudio(shownClip);
  const index = useStudio(shownFrame);
  const frame = index === null ? undefined : clip?.frames[index];
  useClipPlayback();
  if (!clip || !frame) return null;
  const { width, height } = frame;
  return (
    <PixelCanvas
      pixels={frame}
      className={className}
      style={{ '--picture-width': width, '--picture-height': height }}
      label={t(prompt === '' ? 'altNoPrompt' : 'alt', { prompt, level: levels, width, height })}
    />
  );
}

/** Play, pause, and where in the clip the playhead is. */
export function ClipTransport() {
  const { t } = useTranslation('clips');
  const clip = useStudio(shownClip);
  const index = useStudio(shownFrame);
  const isPlaying = useStudio((state) => state.isPlaying);
  const { play, seek } = useActions();
  if (!clip || index === null) return null;
  const last = Math.max(1, clip.frameCount - 1);
  const isReady = isWhole(clip);
  return (
    <div className="transport">
      <Button
        className="icon-button icon-button--quiet"
        aria-label={isPlaying ? t('pause') : t('play')}
        isDisabled={!isReady}
        onPress={() => play(!isPlaying)}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
      </Button>
      <Slider
        className="transport__slider"
        aria-label={t('position')}
        value={index}
        minValue={0}
        maxValue={last}
        isDisabled={!isReady}
        onChange={seek}
      >
        <SliderTrack className="range__track">
          <span className="range__rail" />
          <SliderFill className="range__fill" />
          <SliderThumb className="range__thumb" />
        </SliderTrack>
      </Slider>
      <span className="transport__facts">
        {isReady
          ? t('frameOf', { frame: index + 1, of: clip.frameCount })
          : t('reading', { frame: clip.frames.length, of: clip.frameCount })}
      </span>
      <span className="transport__facts">
        {t('facts', { seconds: lengthOf(clip), fps: clip.fps })}
      </span>
    </div>
  );
}
