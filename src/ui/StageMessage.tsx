import { ProgressBar } from 'react-aria-components/ProgressBar';
import { loadProgress, type LoadingModel } from '../state/model-state';
import { FailureCard } from './FailureCard';
import { percentOf } from './format';
import { Mark } from './icons';
import { loading as strings, view } from './strings';
import { useStudio } from './studio-context';

/** What lies on the light table besides a picture: the loading model, what went wrong, or an invitation. */
export function StageMessage({ hasPicture }: { hasPicture: boolean }) {
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
      <h2 className="invite__title">{view.empty.title}</h2>
      <p className="invite__text">{view.empty.text}</p>
    </div>
  );
}

function LoadingCard({ model }: { model: LoadingModel }) {
  const { loadedBytes, totalBytes } = loadProgress(model);
  const fraction = totalBytes > 0 ? loadedBytes / totalBytes : 0;
  const isAllHere = totalBytes > 0 && loadedBytes >= totalBytes;
  return (
    <div className="card card--loading">
      <ProgressBar
        className="meter"
        aria-label={strings.title}
        value={percentOf(fraction)}
        isIndeterminate={isAllHere || totalBytes === 0}
      >
        {({ percentage, isIndeterminate }) => (
          <>
            <h2 className="card__title">{strings.title}</h2>
            <p className="card__fact">{loadingFact(model, { loadedBytes, totalBytes })}</p>
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
        {model.downloadedBytes > 0
          ? strings.fromNetwork
          : model.cachedBytes > 0
            ? strings.fromCache
            : ''}{' '}
        {strings.here}
      </p>
    </div>
  );
}

function loadingFact(
  model: LoadingModel,
  { loadedBytes, totalBytes }: { loadedBytes: number; totalBytes: number },
): string {
  if (model.compiling !== null) return strings.compiling(model.compiling);
  if (totalBytes === 0) return strings.starting;
  if (loadedBytes >= totalBytes) return strings.choosing;
  return strings.progress(loadedBytes, totalBytes);
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
