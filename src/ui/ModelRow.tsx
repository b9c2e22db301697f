import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { FOLDER_MODELS_URL } from '../contract/model-storage';
import { modelName, type KnownModel } from '../state/model-choice';
import { formatBytes } from './format';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';

/** One model: what it is, how much of it is here, and what can be done with it. */
export function ModelRow({ model }: { readonly model: KnownModel }) {
  const { t } = useTranslation('models');
  const isRunning = useStudio((state) => state.run !== null);
  const { useModel: use, removeModel } = useActions();
  const { about, bundleUrl, sizeBytes, isInUse } = model;
  const name = modelName(model);
  return (
    <li className="models__row" aria-label={name}>
      <div>
        <strong className="models__name">{name}</strong>
        {about && <p>{about.description}</p>}
        <p className="models__note">
          <KeptSize model={model} />
        </p>
      </div>
      <div className="models__actions">
        {isInUse ? (
          <span className="models__used">
            <Icon name="check" /> {t('inUse')}
          </span>
        ) : (
          <Button
            className="button"
            aria-label={t('useModel', { name })}
            isDisabled={isRunning}
            onPress={() => void use(bundleUrl)}
          >
            {t('use')}
          </Button>
        )}
        {sizeBytes > 0 && (
          <Button
            className="text-button"
            aria-label={t('deleteModel', { name })}
            onPress={() => void removeModel(bundleUrl)}
          >
            {t('delete')}
          </Button>
        )}
      </div>
    </li>
  );
}

function KeptSize({ model: { about, bundleUrl, sizeBytes } }: { readonly model: KnownModel }) {
  const { t } = useTranslation('models');
  const size = formatBytes(sizeBytes);
  if (sizeBytes === 0) return t(bundleUrl.startsWith(FOLDER_MODELS_URL) ? 'deleted' : 'notKept');
  if (about && sizeBytes < about.totalBytes)
    return t('keptInPart', { size, total: formatBytes(about.totalBytes) });
  return t('kept', { size });
}
