import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { shownClip } from '../state/clip-view';
import { LIVE_CANVAS, MAIN_CANVAS } from '../state/run-state';
import { shownZoom, type Shown } from '../state/shown';
import { percentOf } from '../state/zoom';
import { ClipCanvas } from './ClipPlayer';
import { PinnedName, PinnedOverlay, PinnedPicture } from './CompareView';
import { EngineCanvas } from './EngineCanvas';
import { pictureClass } from './picture-class';
import { SharpTile } from './SharpTile';
import { StageMessage } from './StageMessage';
import { useStudio } from './studio-context';
import { usePanKeys, useViewport, useZoomGestures } from './use-zoom-gestures';

/** Where the picture is looked at: zoomed by fingers, wheel, double click or keys, and moved. */
export function PicturePane({ shown }: { readonly shown: Shown | null }) {
  const { t } = useTranslation('zoom');
  const pane = useRef<HTMLDivElement>(null);
  const room = useRef<HTMLDivElement>(null);
  useViewport(pane, room);
  const onDoubleClick = useZoomGestures(pane);
  const onKeyDown = usePanKeys();
  const hasClip = useStudio((state) => shownClip(state) !== null);
  const zoom = useStudio(useShallow(shownZoom));
  const label = t('place', { percent: percentOf(zoom) });
  const place = zoom.scale > 1 ? { role: 'group', tabIndex: 0, 'aria-label': label } : {};
  return (
    <div
      className="stage__pane"
      ref={pane}
      onKeyDown={onKeyDown}
      onDoubleClick={onDoubleClick}
      {...place}
    >
      <div className="stage__room" ref={room} />
      {[LIVE_CANVAS, MAIN_CANVAS].map((canvasId) => (
        <Picture
          key={canvasId}
          canvasId={canvasId}
          shown={shown?.canvasId === canvasId && !hasClip ? shown : null}
        />
      ))}
      {hasClip && shown && (
        <ClipCanvas className={pictureClass(shown)} prompt={shown.prompt} levels={shown.levels} />
      )}
      <PictureTile shown={shown} />
      {shown && <PinnedOverlay />}
      <StageMessage hasPicture={shown !== null} />
    </div>
  );
}

/** The pinned view in a pane of its own, as closely and at the same place as the picture. */
export function PinnedPane() {
  const pane = useRef<HTMLDivElement>(null);
  const onDoubleClick = useZoomGestures(pane);
  return (
    <div className="stage__pane stage__pane--pinned" ref={pane} onDoubleClick={onDoubleClick}>
      <PinnedPicture />
      <PinnedName />
    </div>
  );
}

/** Always there, because its canvases are handed to the engine once. */
function PictureTile({ shown }: { readonly shown: Shown | null }) {
  return (
    <div
      className={shown ? 'stage__picture stage__tiles' : 'stage__picture--absent'}
      style={shown ? { '--picture-width': shown.widthPx, '--picture-height': shown.heightPx } : {}}
    >
      <SharpTile side="shown" />
    </div>
  );
}

/** One of the two canvases that lie on each other; the one with nothing to show is not seen. */
function Picture(props: { readonly canvasId: string; readonly shown: Shown | null }) {
  const { t } = useTranslation('view');
  const { canvasId, shown } = props;
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
      className={pictureClass(shown)}
      style={{ '--picture-width': width, '--picture-height': height }}
      label={t(prompt === '' ? 'altNoPrompt' : 'alt', { prompt, level, width, height })}
    />
  );
}
