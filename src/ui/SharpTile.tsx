import { tileCanvases, tilePlace, type TileSide } from '../state/tile';
import { EngineCanvas } from './EngineCanvas';
import { useStudio } from './studio-context';

/** The patches in view as densely as the screen shows them, where they lie on the picture around this element. */
export function SharpTile({ side }: { readonly side: TileSide }) {
  const tile = useStudio((state) => state.tiles[side]);
  const generation = useStudio((state) => state.engineGeneration);
  return tileCanvases(side).map((canvasId) => {
    const isSeen = tile?.canvasId === canvasId;
    return (
      <EngineCanvas
        key={`${canvasId}-${generation}`}
        canvasId={canvasId}
        className={isSeen ? 'tile' : 'tile tile--absent'}
        style={isSeen ? tilePlace(tile) : {}}
      />
    );
  });
}
