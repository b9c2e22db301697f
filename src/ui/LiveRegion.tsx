import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Announcement } from '../state/studio-state';
import { useStudio } from './studio-context';

/** Says what happens to those who do not see it. Failures are said by their own cards. */
export function LiveRegion() {
  const { t } = useTranslation('announcements');
  const announcement = useStudio((state) => state.announcement);
  const text = announcement ? textOf(t, announcement) : '';
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}

function textOf(t: TFunction<'announcements'>, announcement: Announcement): string {
  switch (announcement.type) {
    case 'model-ready':
      return t('modelReady');
    case 'run-started':
      return t('runStarted', { level: announcement.toLevel });
    case 'level-finished':
      return t('levelFinished', { level: announcement.level, of: announcement.toLevel });
    case 'run-finished':
      return t('runFinished', { count: announcement.levels });
    case 'run-stopped':
      return t('runStopped', { count: announcement.levels });
    case 'run-discarded':
      return t('runDiscarded');
    case 'picture-opened': {
      const { levels, levelsInFile } = announcement;
      return levels < levelsInFile
        ? t('cutOffOpened', { whole: levels, count: levelsInFile })
        : t('pictureOpened', { count: levels });
    }
    case 'picture-shown': {
      const { levels, widthPx, heightPx } = announcement;
      return t('pictureShown', { level: levels, width: widthPx, height: heightPx });
    }
    case 'tile-drawn': {
      const { patches, of, patchPx } = announcement;
      return t('tileDrawn', { patches, count: of, patchPx });
    }
    case 'failed':
      return '';
  }
}
