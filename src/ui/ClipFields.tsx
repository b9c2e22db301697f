import { useEffect } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { isClip } from '../contract/clip';
import { fpsRange, shownFps } from '../state/clip-state';
import { manifestOf } from '../state/model-state';
import { ChoiceField } from './ChoiceField';
import { formatBytes } from './format';
import { RangeField } from './RangeField';
import { useActions, useStudio } from './studio-context';

const PICTURE = 'picture';

/** Whether the next one is a picture or a clip, and how long; a model of pictures leads to that of clips. */
export function LengthField() {
  const { t } = useTranslation('clips');
  const maxSeconds = useStudio((state) => manifestOf(state.model)?.config.video?.maxSeconds ?? 0);
  const seconds = useStudio((state) => state.settings.seconds);
  const { change } = useActions();
  if (maxSeconds < 1) return <ClipsModel />;
  const lengths = Array.from({ length: Math.floor(maxSeconds) }, (_, index) => index + 1);
  const picture = t('medium.picture');
  const value = seconds === null ? PICTURE : `${Math.min(seconds, lengths.length)}`;
  const choices = lengths.map((length) => ({
    value: `${length}`,
    face: t('medium.clip', { seconds: length }),
    name: t('medium.clip', { seconds: length }),
  }));
  return (
    <ChoiceField
      label={t('medium.label')}
      help={t('medium.help')}
      value={value}
      valueText=""
      choices={[{ value: PICTURE, face: picture, name: picture }, ...choices]}
      onChange={(chosen) => change({ seconds: chosen === PICTURE ? null : Number(chosen) })}
    />
  );
}

/** A way to the model that makes clips, where the one in use makes none. */
function ClipsModel() {
  const { t } = useTranslation('clips');
  const clipsUrl = useStudio((state) => (manifestOf(state.model) ? state.clipsUrl : null));
  const isRunning = useStudio((state) => state.run !== null);
  const bytes = useStudio((state) => state.clipsBytes);
  const { useModel: use, weighClips } = useActions();
  const isReady = useStudio((state) => state.model.status === 'ready'); // then its files, which are shared, are kept
  useEffect(() => void (isReady && weighClips()), [isReady, weighClips]);
  if (clipsUrl === null) return null;
  return (
    <p className="notes__line">
      {t('medium.none')}{' '}
      <Button className="text-button" isDisabled={isRunning} onPress={() => void use(clipsUrl)}>
        {bytes === null
          ? t('medium.useClips')
          : t('medium.fetchClips', { size: formatBytes(bytes) })}
      </Button>
    </p>
  );
}

/** Frames per second of the clip that is shown; nothing for a picture. */
export function FpsField() {
  const { t } = useTranslation('clips');
  const manifest = useStudio((state) => manifestOf(state.model));
  const hasClip = useStudio(({ picture }) => picture !== null && isClip(picture.grid));
  const settings = useStudio((state) => state.settings);
  const { showFps } = useActions();
  if (!manifest || !hasClip) return null;
  const fps = shownFps(settings, manifest);
  return (
    <RangeField
      label={t('fps.label')}
      help={t('fps.help')}
      value={fps}
      range={fpsRange(manifest.config.kt)}
      valueText={t('fps.value', { fps })}
      onChange={(wanted) => showFps(wanted, true)}
      onRelease={(wanted) => showFps(wanted, false)}
    />
  );
}
