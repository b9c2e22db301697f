import type { TFunction } from 'i18next';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { useTranslation } from 'react-i18next';
import { loadProgress, type LoadingModel } from '../state/model-state';
import { FailureCard } from './FailureCard';
import { formatBytes, percentOf } from './format';
import { Mark } from './icons';
import { useStudio } from './studio-context';

/** What lies on the light table besides a picture: the loading model, what went wrong, or an invitation. */
export function StageMessage({ hasPicture }: { hasPicture: boolean }) {
  const { t } = useTranslation('view');
  const model = useStudio((state) => state.model);
  const failure = useStudio((state) => state.failure);
  const isRunning = useStudio((state) => state.run !== null);
  if (model.status === 'failed') return <FailureCard failure={model.failure} />;
  if (failure) return <FailureCard failure={failure} isDismissible />;
  if (model.status === 'loading') return <LoadingCard model={model} />;
  if (isRunning && !hasPicture) return <Noise />;
  if (hasPicture) return null;
  return (
    <div className="invite">
      <Mark size="56" />
      <h2 className="invite__title">{t('empty.title')}</h2>
      <p className="invite__text">{t('empty.text')}</p>
    </div>
  );
}

function LoadingCard({ model }: { model: LoadingModel }) {
  const { t } = useTranslation('loading');
  const { loadedBytes, totalBytes } = loadProgress(model);
  const fraction = totalBytes > 0 ? loadedBytes / totalBytes : 0;
  const isAllHere = totalBytes > 0 && loadedBytes >= totalBytes;
  return (
    <div className="card card--loading">
      <ProgressBar
        className="meter"
        aria-label={t('title')}
        value={percentOf(fraction)}
        isIndeterminate={isAllHere || totalBytes === 0}
      >
        {({ percentage, isIndeterminate }) => (
          <>
            <h2 className="card__title">{t('title')}</h2>
            <p className="card__fact">{loadingFact(t, model, { loadedBytes, totalBytes })}</p>
            <span className={isIndeterminate ? 'meter__rail meter__rail--waiting' : 'meter__rail'}>
              {/* a new element when waiting ends: the old one would shrink from full, as if progress were lost */}
              <span
                key={isIndeterminate ? 'waiting' : 'measured'}
                className="meter__fill"
                style={{ inlineSize: `${percentage ?? 100}%` }}
              />
            </span>
          </>
        )}
      </ProgressBar>
      <p className="card__text">
        {model.downloadedBytes > 0 ? t('fromNetwork') : model.cachedBytes > 0 ? t('fromCache') : ''}{' '}
        {t('here')}
      </p>
    </div>
  );
}

function loadingFact(
  t: TFunction<'loading'>,
  model: LoadingModel,
  { loadedBytes, totalBytes }: { loadedBytes: number; totalBytes: number },
): string {
  if (model.compiling !== null)
    return t('compiling', { graph: model.compiling.replaceAll('_', ' ') });
  if (totalBytes === 0) return t('starting');
  if (loadedBytes >= totalBytes) return t('choosing');
  return t('progress', { loaded: formatBytes(loadedBytes), total: formatBytes(totalBytes) });
}

/** Before the first preview: the grid of the picture to come. */
function Noise() {
  const grid = useStudio((state) => state.run?.grid ?? null);
  if (!grid) return null;
  return (
    <div
      className="noise"
      style={{ '--picture-width': grid.gw, '--picture-height': grid.gh }}
      aria-hidden="true"
    />
  );
}
