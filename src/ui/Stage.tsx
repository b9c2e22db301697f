import { useEffect, useRef, useState, type RefObject } from 'react';
import { Button } from 'react-aria-components/Button';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { useTranslation } from 'react-i18next';
import { LIVE_CANVAS, MAIN_CANVAS } from '../state/run-state';
import { shownClip } from '../state/clip-view';
import { ClipCanvas, ClipTransport } from './ClipPlayer';
import { CompareToggle, PinnedView } from './CompareView';
import { EngineCanvas } from './EngineCanvas';
import { formatMs } from './format';
import { GrowthBar } from './GrowthBar';
import { StageMessage } from './StageMessage';
import { useActions, useStudio } from './studio-context';
import { useShown, type Shown } from './use-shown';

/** Above this enlargement single pixels are shown as squares, so that a small size looks as small as it is. */
const PIXELATED_ABOVE = 3;
const TYPICAL_BOX_PX = 560;

/** The light table: the picture, or what there is instead of it. */
export function Stage() {
  const { t } = useTranslation('view');
  const shown = useShown();
  const table = useScrollIntoView();
  const [isActualSize, setActualSize] = useState(false);
  const hasClip = useStudio((state) => shownClip(state) !== null);
  return (
    <div className={isActualSize ? 'stage stage--actual' : 'stage'}>
      <div className="stage__table" ref={table}>
        {[LIVE_CANVAS, MAIN_CANVAS].map((canvasId) => (
          <Picture
            key={canvasId}
            canvasId={canvasId}
            shown={shown?.canvasId === canvasId && !hasClip ? shown : null}
            isActualSize={isActualSize}
          />
        ))}
        {hasClip && shown && (
          <ClipCanvas
            className={pictureClass(shown, isActualSize)}
            prompt={shown.prompt}
            levels={shown.levels}
          />
        )}
        {shown && <PinnedView />}
        <StageMessage hasPicture={shown !== null} />
      </div>
      <div className="stage__foot">
        <GrowthBar />
        <ClipTransport />
        {shown && (
          <>
            <ShownFacts shown={shown} />
            <CompareToggle />
            <OutputsButton />
            <ToggleButton
              className="text-button"
              isSelected={isActualSize}
              onChange={setActualSize}
            >
              {t('actual')}
            </ToggleButton>
          </>
        )}
      </div>
    </div>
  );
}

/** How large the shown picture is, and how long drawing it took. */
function ShownFacts({ shown }: { readonly shown: Shown }) {
  const { t } = useTranslation('view');
  const { widthPx, heightPx, elapsedMs } = shown;
  const size = t('size.value', { width: widthPx, height: heightPx });
  return (
    <span className="stage__facts">
      {elapsedMs === null
        ? size
        : `${size} \u00b7 ${t('drawnIn', { duration: formatMs(elapsedMs) })}`}
    </span>
  );
}

/** One of the two canvases that lie on each other; the one with nothing to show is not seen. */
function Picture(props: {
  readonly canvasId: string;
  readonly shown: Shown | null;
  readonly isActualSize: boolean;
}) {
  const { t } = useTranslation('view');
  const { canvasId, shown, isActualSize } = props;
  const generation = useStudio((state) => state.engineGeneration);
  const key = `${canvasId}-${generation}`;
  if (!shown) {
    return <EngineCanvas key={key} canvasId={canvasId} className="stage__picture--absent" />;
  }
  const { prompt, levels: level, widthPx: width, heightPx: height } = shown;
  return (
    <EngineCanvas
      key={key}
      canvasId={canvasId}
      className={pictureClass(shown, isActualSize)}
      style={{ '--picture-width': width, '--picture-height': height }}
      label={t(prompt === '' ? 'altNoPrompt' : 'alt', { prompt, level, width, height })}
    />
  );
}

/** Opens the table of every level at every size. */
function OutputsButton() {
  const { t } = useTranslation('compare');
  const isIdle = useStudio(({ picture, run }) => picture !== null && run === null);
  const { openOutputs } = useActions();
  return (
    <Button className="text-button" isDisabled={!isIdle} onPress={openOutputs}>
      {t('outputs.open')}
    </Button>
  );
}

function pictureClass({ widthPx, heightPx }: Shown, isActualSize: boolean): string {
  const isSmall = Math.min(widthPx, heightPx) * PIXELATED_ABOVE < TYPICAL_BOX_PX;
  return isSmall && !isActualSize ? 'stage__picture stage__picture--pixelated' : 'stage__picture';
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
