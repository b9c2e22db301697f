import { Button } from 'react-aria-components/Button';
import { Slider, SliderFill, SliderThumb, SliderTrack } from 'react-aria-components/Slider';
import { isWhole, lengthOf } from '../state/clip-state';
import { shownClip, shownFrame } from '../state/clip-view';
import { Icon } from './icons';
import { PixelCanvas } from './PixelCanvas';
import { clips as strings } from './strings-clips';
import { useActions, useStudio } from './studio-context';
import { useClipPlayback } from './use-clip-playback';

/** The clip on the light table: the frame under the playhead. */
export function ClipCanvas(props: {
  readonly className: string;
  readonly prompt: string;
  readonly levels: number;
}) {
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
      label={strings.alt(prompt, levels, width, height)}
    />
  );
}

/** Play, pause, and where in the clip the playhead is. */
export function ClipTransport() {
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
        aria-label={isPlaying ? strings.pause : strings.play}
        isDisabled={!isReady}
        onPress={() => play(!isPlaying)}
      >
        <Icon name={isPlaying ? 'pause' : 'play'} />
      </Button>
      <Slider
        className="transport__slider"
        aria-label={strings.position}
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
          ? strings.frameOf(index, clip.frameCount)
          : strings.reading(clip.frames.length, clip.frameCount)}
      </span>
      <span className="transport__facts">{strings.facts(lengthOf(clip), clip.fps)}</span>
    </div>
  );
}
