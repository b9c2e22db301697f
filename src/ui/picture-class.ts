import type { SizePx } from '../contract/grid';

/** Above this enlargement single pixels are shown as squares, so that a small size looks as small as it is. */
const PIXELATED_ABOVE = 3;
const TYPICAL_BOX_PX = 560;

/** The class of a picture of this size on the stage. */
export function pictureClass({ widthPx, heightPx }: SizePx): string {
  const isSmall = Math.min(widthPx, heightPx) * PIXELATED_ABOVE < TYPICAL_BOX_PX;
  return isSmall ? 'stage__picture stage__picture--pixelated' : 'stage__picture';
}
