import { Button } from 'react-aria-components/Button';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { manifestOf } from '../state/model-state';
import { thumbnailCanvas } from '../state/run-state';
import type { StudioState } from '../state/studio-state';
import { EngineCanvas } from './EngineCanvas';
import { percentOf } from './format';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';

/** What a level is now. Pressing `next` grows it; pressing `growing` goes back to watching it grow. */
type LevelStatus = 'shown' | 'done' | 'growing' | 'next' | 'absent';

/** The levels of the picture from coarse to fine: press one to see the picture as it was then, or to grow it that far. */
export function LevelTimeline() {
  const { t } = useTranslation('view');
  const levels = useStudio((state) => manifestOf(state.model)?.config.levels ?? 4);
  return (
    <ol className="timeline" aria-label={t('levels')}>
      {Array.from({ length: levels }, (_, index) => (
        <LevelCell key={index} level={index + 1} of={levels} />
      ))}
    </ol>
  );
}

function LevelCell({ level, of }: { level: number; of: number }) {
  const { t } = useTranslation('view');
  const status = useStudio((state) => statusOf(state, level));
  const generation = useStudio((state) => state.engineGeneration);
  const percent = useStudio(({ run }) =>
    run?.level === level && run.steps > 0 ? percentOf(run.step / run.steps) : 0,
  );
  const { showLevels, showGrowing, continueTo } = useActions();
  const isDrawn = status === 'shown' || status === 'done';
  return (
    <li className={`level level--${status}`}>
      <Button
        className="level__button"
        aria-label={labelOf(t, status, { level, percent })}
        aria-pressed={status === 'shown'}
        isDisabled={status === 'absent'}
        onPress={() => {
          if (status === 'next') void continueTo(level);
          else if (status === 'growing') showGrowing();
          else showLevels(level);
        }}
      >
        <span className="level__frame">
          <EngineCanvas
            key={`${level}-${generation}`}
            canvasId={thumbnailCanvas(level)}
            className={isDrawn ? 'level__thumbnail' : 'level__thumbnail level__thumbnail--absent'}
          />
          {status === 'growing' && (
            <span className="level__growth" style={{ blockSize: `${percent}%` }} />
          )}
          {status === 'next' && <Icon name="add" size="18px" />}
        </span>
        <span className="level__name">{nameOf(t, level, of)}</span>
      </Button>
    </li>
  );
}

function statusOf(state: StudioState, level: number): LevelStatus {
  const { run, picture, shownLevels, isLookingBack } = state;
  if (run) {
    const watched = isLookingBack ? shownLevels : run.preview?.level;
    if (level <= run.levelsDone) return level === watched ? 'shown' : 'done';
    return level === Math.max(run.level, run.fromLevel) && level <= run.toLevel
      ? 'growing'
      : 'absent';
  }
  if (!picture) return 'absent';
  if (level > picture.levelsDone) return level <= picture.levelsMax ? 'next' : 'absent';
  return level === shownLevels ? 'shown' : 'done';
}

function nameOf(t: TFunction<'view'>, level: number, of: number): string {
  if (level === 1) return t('coarsest', { level });
  return level === of ? t('finest', { level }) : `${level}`;
}

function labelOf(
  t: TFunction<'view'>,
  status: LevelStatus,
  values: { readonly level: number; readonly percent: number },
): string {
  switch (status) {
    case 'shown':
    case 'done':
      return t('showLevel', values);
    case 'next':
      return t('growTo', values);
    case 'growing':
      return t('growing', values);
    case 'absent':
      return t('notYet', values);
  }
}
