import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { useActions, useStudio } from './studio-context';

/** A newer page is here and waits until somebody wants it. */
export function VersionNotice() {
  const { t } = useTranslation('models');
  const isReady = useStudio((state) => state.isNewVersionReady);
  const { takeNewVersion } = useActions();
  if (!isReady) return null;
  return (
    <div className="version-notice" role="status">
      {t('newVersion')}
      <Button className="text-button" onPress={() => void takeNewVersion()}>
        {t('reload')}
      </Button>
    </div>
  );
}
