import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { clipOf, fitsMemory, OUTPUT_SIZES_PX, sheetOf, type Outputs } from '../state/outputs-state';
import { VIDEO_FORMATS, type VideoFormat } from '../state/picture-state';
import { clipsZip } from './clip-files';
import { ClipFormatMenu } from './ClipDownload';
import { DialogFrame } from './DialogFrame';
import { sheetPng, saveFile } from './download';
import { Icon } from './icons';
import { ManyChoiceField } from './ManyChoiceField';
import { OutputsTable } from './OutputsTable';
import { useActions, useStudio } from './studio-context';
import { useFileNames } from './use-file-names';

const SHEET_GAP_PX = 8;

/** Every level at many sizes and frame rates, from the one latent there is. */
export function OutputsDialog() {
  const { t } = useTranslation('compare');
  const outputs = useStudio((state) => state.outputs);
  const { closeOutputs } = useActions();
  return (
    <DialogFrame
      title={t('outputs.heading')}
      isWide
      isOpen={outputs !== null}
      onClose={closeOutputs}
    >
      {outputs && (
        <>
          <p>{t(outputs.fps ? 'outputs.leadClip' : 'outputs.lead')}</p>
          <ChoiceFields outputs={outputs} />
          <OutputsTable outputs={outputs} />
          <OutputsActions outputs={outputs} />
        </>
      )}
    </DialogFrame>
  );
}

function ChoiceFields({ outputs }: { readonly outputs: Outputs }) {
  const { sizesPx, fps, offeredFps } = outputs;
  const { t } = useTranslation('compare');
  const { chooseOutputs } = useActions();
  return (
    <div className="outputs__choices">
      <ManyChoiceField
        label={t('outputs.sizes')}
        values={OUTPUT_SIZES_PX}
        chosen={sizesPx}
        isDisabled={(size) =>
          !sizesPx.includes(size) && !fitsMemory(outputs, { sizesPx: [...sizesPx, size], fps })
        }
        nameOf={(size) => t('outputs.size', { size })}
        onChange={(chosen) => chooseOutputs({ sizesPx: chosen })}
      />
      {fps && (
        <ManyChoiceField
          label={t('outputs.rates')}
          values={offeredFps}
          chosen={fps}
          isDisabled={(rate) =>
            !fps.includes(rate) && !fitsMemory(outputs, { sizesPx, fps: [...fps, rate] })
          }
          nameOf={(rate) => t('outputs.fps', { fps: rate })}
          onChange={(chosen) => chooseOutputs({ fps: chosen })}
        />
      )}
    </div>
  );
}

function OutputsActions({ outputs }: { readonly outputs: Outputs }) {
  const { t } = useTranslation('compare');
  const names = useFileNames();
  const { exportLatent, reportDownloadFailure } = useActions();
  const [isBusy, setBusy] = useState(false);
  const { cells, fps } = outputs;
  const drawn = cells.filter(({ frames }) => frames.length > 0).length;
  const save = (file: Promise<Blob>, ending: string) => {
    setBusy(true);
    file
      .then((blob) => saveFile(blob, `${names.ofLatent()}-${ending}`))
      .catch(reportDownloadFailure)
      .finally(() => setBusy(false));
  };
  const clipsFile = async (format: VideoFormat): Promise<Blob> => {
    const clips = cells.flatMap((cell) => clipOf(outputs, cell) ?? []);
    return clipsZip(clips, format, await exportLatent());
  };
  return (
    <div className="card__actions">
      {fps ? (
        <ClipFormatMenu
          name={t('outputs.downloadClips')}
          formats={VIDEO_FORMATS}
          isDisabled={drawn < cells.length}
          isBusy={isBusy}
          onChoose={(format) => save(clipsFile(format), 'clips.zip')}
        />
      ) : (
        <Button
          className="button"
          isDisabled={drawn < cells.length}
          isPending={isBusy}
          onPress={() => save(sheetPng(sheetOf(outputs, SHEET_GAP_PX)), 'sheet.png')}
        >
          <Icon name="download" /> {t('outputs.download')}
        </Button>
      )}
      <span className="outputs__drawn" role="status">
        {t('outputs.drawn', { drawn, of: cells.length })}
      </span>
    </div>
  );
}
