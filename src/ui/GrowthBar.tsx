import { runFraction, type RunState } from '../state/run-state';
import { formatDuration, percentOf } from './format';
import { runs as strings, view } from './strings';
import { useStudio } from './studio-context';

/** Where the picture stands: its level, and while it grows the step and the time left. */
export function GrowthBar() {
  const run = useStudio((state) => state.run);
  const shownLevels = useStudio(
    ({ lastPreview, drawn }) => lastPreview?.level ?? drawn?.levels ?? null,
  );
  const levelsMax = useStudio((state) => state.picture?.levelsMax ?? null);
  if (run) return <RunLine run={run} />;
  if (shownLevels === null || levelsMax === null) return <span>{view.none}</span>;
  return (
    <span className="growth">
      <LevelTicks done={shownLevels} of={levelsMax} />
      <strong className="growth__level">{strings.levelOf(shownLevels, levelsMax)}</strong>
    </span>
  );
}

function RunLine({ run }: { run: RunState }) {
  const level = run.level > 0 ? strings.levelOf(run.level, run.toLevel) : strings.starting;
  const more = [
    run.steps > 0 ? strings.stepOf(run.step, run.steps) : '',
    run.etaMs === null ? '' : strings.timeLeft(formatDuration(run.etaMs)),
  ].filter((text) => text !== '');
  return (
    <span
      className="growth"
      role="progressbar"
      aria-label={strings.progress}
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
