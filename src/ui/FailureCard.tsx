import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import type { Failure, Remedy } from '../state/failure';
import { SIZE_RANGE_PX } from '../state/settings';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';

/** What went wrong, in the engine's words, with the ways out as buttons. */
export function FailureCard({
  failure,
  isDismissible = false,
}: {
  failure: Failure;
  isDismissible?: boolean;
}) {
  const { t } = useTranslation('failures');
  const { dismissFailure } = useActions();
  const apply = useRemedy();
  return (
    <div className="card card--failure" role="alert">
      <h2 className="card__title">
        <Icon name="warning" /> {t(`titles.${failure.code}`)}
      </h2>
      <p className="card__text">{failure.message}</p>
      <p className="card__text">{t(`advice.${failure.task}`)}</p>
      <div className="card__actions">
        {failure.remedies.map((remedy, index) => (
          <Button
            key={remedy}
            className={index === 0 ? 'button button--primary' : 'button'}
            onPress={() => apply(remedy)}
          >
            <span className="button__face">{t(`remedies.${remedy}`)}</span>
          </Button>
        ))}
        {isDismissible && (
          <Button className="button" onPress={dismissFailure}>
            {t('dismiss')}
          </Button>
        )}
      </div>
    </div>
  );
}

function useRemedy(): (remedy: Remedy) => void {
  const { load, generate, showSize, openModels, dismissFailure } = useActions();
  const sizePx = useStudio((state) => state.settings.sizePx);
  return (remedy) => {
    dismissFailure();
    switch (remedy) {
      case 'load-again':
        void load();
        break;
      case 'load-with-wasm':
        void load('wasm');
        break;
      case 'choose-model':
        openModels();
        break;
      case 'generate-again':
        void generate();
        break;
      case 'show-smaller':
        showSize(Math.max(SIZE_RANGE_PX.minimum, sizePx / 2), false);
        break;
      case 'reload-page':
        location.reload();
    }
  };
}
