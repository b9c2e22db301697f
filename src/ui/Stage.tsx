import { useEffect, useRef, useState, type RefObject } from 'react';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { EngineCanvas } from './EngineCanvas';
import { GrowthBar } from './GrowthBar';
import { StageMessage } from './StageMessage';
import { MAIN_CANVAS } from '../state/run-state';
import { formatMs } from './format';
import { view as strings } from './strings';
import { useStudio } from './studio-context';
import { useShown } from './use-shown';

/** Above this enlargement single pixels are shown as squares, so that a small size looks as small as it is. */
const PIXELATED_ABOVE = 3;
const TYPICAL_BOX_PX = 560;

/** The light table: the picture, or what there is instead of it. */
export function Stage() {
  const shown = useShown();
  const table = useScrollIntoView();
  const [isActualSize, setActualSize] = useState(false);
  const generation = useStudio((state) => state.engineGeneration);
  const hasPicture = shown !== null;
  const style = hasPicture
    ? { '--picture-width': shown.widthPx, '--picture-height': shown.heightPx }
    : {};
  const shortPx = hasPicture ? Math.min(shown.widthPx, shown.heightPx) : 0;
  const isPixelated = !isActualSize && shortPx * PIXELATED_ABOVE < TYPICAL_BOX_PX;
  return (
    <div className={isActualSize ? 'stage stage--actual' : 'stage'}>
      <div className="stage__table" ref={table}>
        <EngineCanvas
          key={`${MAIN_CANVAS}-${generation}`}
          canvasId={MAIN_CANVAS}
          className={`stage__picture${isPixelated ? ' stage__picture--pixelated' : ''}${hasPicture ? '' : ' stage__picture--absent'}`}
          style={style}
          label={
            hasPicture
              ? strings.alt(shown.prompt, shown.levels, shown.widthPx, shown.heightPx)
              : strings.heading
          }
        />
        <StageMessage hasPicture={hasPicture} />
      </div>
      <div className="stage__foot">
        <GrowthBar />
        {hasPicture && (
          <span className="stage__facts">
            {strings.size.value(shown.widthPx, shown.heightPx)}
            {shown.elapsedMs !== null && ` \u00b7 ${strings.drawnIn(formatMs(shown.elapsedMs))}`}
          </span>
        )}
        {hasPicture && (
          <ToggleButton className="text-button" isSelected={isActualSize} onChange={setActualSize}>
            {strings.actual}
          </ToggleButton>
        )}
      </div>
    </div>
  );
}

/** On a phone the picture may be below the fold when a run starts: bring it in. */
function useScrollIntoView(): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const isRunning = useStudio((state) => state.run !== null);
  useEffect(() => {
    if (!isRunning) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    element.current?.scrollIntoView({ block: 'nearest', behavior: isCalm ? 'auto' : 'smooth' });
  }, [isRunning]);
  return element;
}
