import { timeLeftMs, type RunState } from '../state/run-state';
import { formatDuration } from './format';
import { runs as strings } from './strings';
import { useStudio } from './studio-context';

/** Where the picture stands: its level, and while it grows the step and the time left. */
export function GrowthBar() {
  const run = useStudio((state) => state.run);
  const shownLevels = useStudio((state) => state.drawn?.levels ?? null);
  const levelsMax = useStudio((state) => state.picture?.levelsMax ?? null);
  if (run) return <RunLine run={run} />;
  if (shownLevels === null || levelsMax === null) return null;
  return (
    <span className="growth">
      <LevelTicks done={shownLevels} of={levelsMax} />
      <strong className="growth__level">{strings.levelOf(shownLevels, levelsMax)}</strong>
    </span>
  );
}

function RunLine({ run }: { run: RunState }) {
  // Both times come from the clock of the last event, so that the line only changes when something happened.
  const leftMs = timeLeftMs(run, run.etaAtMs);
  return (
    <span className="growth">
      <LevelTicks
        done={run.level - 1}
        of={run.toLevel}
        inside={run.steps > 0 ? run.step / run.steps : 0}
      />
      <strong className="growth__level">
        {run.level > 0 ? strings.levelOf(run.level, run.toLevel) : strings.starting}
      </strong>
      {run.steps > 0 && <span className="growth__more">{strings.stepOf(run.step, run.steps)}</span>}
      {leftMs !== null && (
        <span className="growth__more">{strings.timeLeft(formatDuration(leftMs))}</span>
      )}
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
