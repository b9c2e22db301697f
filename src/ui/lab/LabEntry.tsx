import { Button } from 'react-aria-components/Button';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { useTranslation } from 'react-i18next';
import { Hint } from '../Hint';
import { Icon } from '../icons';
import { useActions, useStudio } from '../studio-context';

/** The way into the lab for those who do not drop files. */
export function LabEntry() {
  const { t } = useTranslation('lab');
  const { open } = useActions();
  const isReady = useStudio((state) => state.model.status === 'ready');
  return (
    <span className="downloads__latent">
      <FileTrigger
        acceptedFileTypes={['image/*', 'video/mp4', 'video/webm']}
        onSelect={(files) => {
          const file = files?.[0];
          if (file) void open(file);
        }}
      >
        <Button className="button" isDisabled={!isReady}>
          <Icon name="compare" /> {t('open')}
        </Button>
      </FileTrigger>
      <Hint about={t('open')}>{t('openHelp')}</Hint>
    </span>
  );
}
