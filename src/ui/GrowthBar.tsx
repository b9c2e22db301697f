import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { runFraction, type RunState } from '../state/run-state';
import { formatDuration, percentOf } from './format';
import { useStudio } from './studio-context';

/** Where the picture stands: its level, and while it grows the step and the time left. */
export function GrowthBar() {
  const { t } = useTranslation('runs');
  const run = useStudio((state) => state.run);
  const shownLevels = useStudio(
    ({ lastPreview, drawn }) => lastPreview?.level ?? drawn?.levels ?? null,
  );
  const levelsMax = useStudio((state) => state.picture?.levelsMax ?? null);
  if (run) return <RunLine run={run} />;
  if (shownLevels === null || levelsMax === null) return <span>{t('noPicture')}</span>;
  return (
    <span className="growth">
      <LevelTicks done={shownLevels} of={levelsMax} />
      <strong className="growth__level">
        {t('levelOf', { level: shownLevels, of: levelsMax })}
      </strong>
    </span>
  );
}

function RunLine({ run }: { run: RunState }) {
  const { t } = useTranslation('runs');
  const level = run.level > 0 ? t('levelOf', { level: run.level, of: run.toLevel }) : t('starting');
  const more = [
    run.steps > 0 ? t('stepOf', { step: run.step, of: run.steps }) : '',
    run.etaMs === null ? '' : timeLeft(t, run.etaMs),
  ].filter((text) => text !== '');
  return (
    <span
      className="growth"
      role="progressbar"
      aria-label={t('progress')}
      aria-valuenow={percentOf(runFraction(run))}
      aria-valuetext={[level, ...more].join(', ')}
    >
      <LevelTicks
        done={run.level - 1}
        of={run.toLevel}
        inside={run.steps > 0 ? run.step / run.steps : 0}
      />
      <strong className="growth__level">{level}</strong>
      {more.map((text) => (
        <span key={text}>{text}</span>
      ))}
    </span>
  );
}

function timeLeft(t: TFunction<'runs'>, etaMs: number): string {
  return etaMs < 1000 ? t('secondLeft') : t('timeLeft', { duration: formatDuration(etaMs) });
}

/** A square for every level, filling from the first. */
function LevelTicks({ done, of, inside = 0 }: { done: number; of: number; inside?: number }) {
  return (
    <span className="ticks" aria-hidden="true">
      {Array.from({ length: of }, (_, index) => {
        const fill = index < done ? 1 : index === done ? inside : 0;
        return <span key={index} className="ticks__one" style={{ '--fill': fill }} />;
      })}
    </span>
  );
}
