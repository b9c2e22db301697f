import { isClip } from '../contract/clip';
import { fpsRange, shownFps } from '../state/clip-state';
import { manifestOf } from '../state/model-state';
import { ChoiceField } from './ChoiceField';
import { RangeField } from './RangeField';
import { clips as strings } from './strings-clips';
import { useActions, useStudio } from './studio-context';

const PICTURE = 'picture';

/** Whether the next one is a picture or a clip, and how long; only for models that make clips. */
export function LengthField() {
  const maxSeconds = useStudio((state) => manifestOf(state.model)?.config.video?.maxSeconds ?? 0);
  const seconds = useStudio((state) => state.settings.seconds);
  const { change } = useActions();
  if (maxSeconds < 1) return null;
  const lengths = Array.from({ length: Math.floor(maxSeconds) }, (_, index) => index + 1);
  const { label, help, picture, clip } = strings.medium;
  const value = seconds === null ? PICTURE : `${Math.min(seconds, lengths.length)}`;
  const choices = lengths.map((length) => ({
    value: `${length}`,
    face: clip(length),
    name: clip(length),
  }));
  return (
    <ChoiceField
      label={label}
      help={help}
      value={value}
      valueText=""
      choices={[{ value: PICTURE, face: picture, name: picture }, ...choices]}
      onChange={(chosen) => change({ seconds: chosen === PICTURE ? null : Number(chosen) })}
    />
  );
}

/** Frames per second of the clip that is shown; nothing for a picture. */
export function FpsField() {
  const manifest = useStudio((state) => manifestOf(state.model));
  const hasClip = useStudio(({ picture }) => picture !== null && isClip(picture.grid));
  const settings = useStudio((state) => state.settings);
  const { showFps } = useActions();
  if (!manifest || !hasClip) return null;
  const fps = shownFps(settings, manifest);
  const { label, help, value } = strings.fps;
  return (
    <RangeField
      label={label}
      help={help}
      value={fps}
      range={fpsRange(manifest.config.kt)}
      valueText={value(fps)}
      onChange={(wanted) => showFps(wanted, true)}
      onRelease={(wanted) => showFps(wanted, false)}
    />
  );
}
