import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { putIntoPng } from '../../state/carriers/carried-latent';
import { shownLevel, type Lab } from '../../state/lab/lab-state';
import { pngOf, saveFile } from '../download';
import { Icon } from '../icons';
import { useActions, useStudio } from '../studio-context';

/** Ways to take the reconstruction along. */
export function LabActions({ lab }: { readonly lab: Lab }) {
  const { t } = useTranslation('lab');
  const { keepLab, reportDownloadFailure } = useActions();
  const isRunning = useStudio((state) => state.run !== null);
  const { media, result, shownFrame, isBusy, choice } = lab;
  const level = shownLevel(lab);
  const isDisabled = !result || !level || isBusy;
  const name = media.name === '' ? 'picture' : media.name;
  const downloadPng = async (): Promise<void> => {
    const frame = level?.frames[shownFrame];
    if (!frame || !result) return;
    const png = new Uint8Array(await (await pngOf(frame)).arrayBuffer());
    const file = putIntoPng(png, result.file.slice(0, level.bytes));
    saveFile(
      new Blob([file], { type: 'image/png' }),
      `${name}-level${level.level}-${choice.sizePx}px.png`,
    );
  };
  return (
    <div className="card__actions">
      <Button
        className="button button--primary"
        isDisabled={isDisabled || isRunning}
        onPress={() => void keepLab()}
      >
        <span className="button__face">
          <Icon name="check" /> {t('keep')}
        </span>
      </Button>
      <Button
        className="button"
        isDisabled={isDisabled}
        onPress={() => void downloadPng().catch(reportDownloadFailure)}
      >
        <Icon name="download" /> {t('downloadPng')}
      </Button>
      <Button
        className="button"
        isDisabled={isDisabled}
        onPress={() => {
          if (result) saveFile(new Blob([result.file.slice()]), `${name}.dcs`);
        }}
      >
        <Icon name="latent" /> {t('downloadLatent')}
      </Button>
    </div>
  );
}
