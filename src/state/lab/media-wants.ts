import type { ModelManifest } from '../../contract/manifest';
import type { MediaWants } from './lab-state';

/** Half again as large as the largest size that is looked at. */
const MEDIA_SHORT_SIDE_PX = 240;

/** How a model wants media to be read. */
export function mediaWants({ config }: ModelManifest): MediaWants {
  const { kt, video } = config;
  return { shortSidePx: MEDIA_SHORT_SIDE_PX, clip: video && { ...video, kt } };
}
