import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { Hint } from '../Hint';
import { Icon } from '../icons';
import { useActions, useStudio } from '../studio-context';

const ACCEPTED = 'image/*,video/mp4,video/webm';

/** The way into the lab for those who do not drop files. */
export function LabEntry() {
  const { t } = useTranslation('lab');
  const { open } = useActions();
  const isReady = useStudio((state) => state.model.status === 'ready');
  return (
    <span className="downloads__latent">
      <Button
        className="button"
        isDisabled={!isReady}
        onPress={() => chooseFile((file) => void open(file))}
      >
        <Icon name="compare" /> {t('open')}
      </Button>
      <Hint about={t('open')}>{t('openHelp')}</Hint>
    </span>
  );
}

/** Asks for a file. The page has one file field already, the one of Open: this one is there only while it is asked. */
function chooseFile(onChosen: (file: File) => void): void {
  const field = document.createElement('input');
  field.type = 'file';
  field.accept = ACCEPTED;
  field.onchange = () => {
    const [file] = field.files ?? [];
    if (file) onChosen(file);
  };
  field.click();
}
