import { useEffect, useRef, type RefObject } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { isClip } from '../contract/clip';
import { shownZoom, type Shown } from '../state/shown';
import { ClipTransport } from './ClipPlayer';
import { CompareToggle } from './CompareView';
import { formatMs } from './format';
import { GrowthBar } from './GrowthBar';
import { PicturePane, PinnedPane } from './StagePane';
import { useActions, useStudio } from './studio-context';
import { useShown } from './use-shown';
import { ZoomControls } from './ZoomControls';

/** The light table: the picture, or what there is instead of it. */
export function Stage() {
  const shown = useShown();
  const table = useScrollIntoView();
  const isBeside = useStudio(
    ({ pinned, compareLayout }) => pinned !== null && compareLayout === 'side-by-side',
  );
  const { scale, x, y } = useStudio(useShallow(shownZoom));
  return (
    <div className={scale > 1 ? 'stage stage--zoomed' : 'stage'}>
      <div
        className="stage__table"
        ref={table}
        style={{ '--zoom': scale, '--zoom-x': x, '--zoom-y': y }}
      >
        {shown && isBeside && <PinnedPane />}
        <PicturePane shown={shown} />
      </div>
      <div className="stage__foot">
        <GrowthBar />
        <ClipTransport />
        {shown && (
          <>
            <ZoomControls />
            <ShownFacts shown={shown} />
            <CompareToggle />
            <OutputsButton />
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

/** Opens the table of every level at every size, of a clip at several frame rates too. */
function OutputsButton() {
  const { t } = useTranslation('compare');
  const isIdle = useStudio(({ picture, run }) => picture !== null && run === null);
  const hasClip = useStudio(({ picture }) => picture !== null && isClip(picture.grid));
  const { openOutputs } = useActions();
  return (
    <Button className="text-button" isDisabled={!isIdle} onPress={openOutputs}>
      {t(hasClip ? 'outputs.openClip' : 'outputs.open')}
    </Button>
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
