import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { useTranslation } from 'react-i18next';
import { sizeForShortSide } from '../contract/grid';
import { putIntoPng } from '../state/carriers/carried-latent';
import { shownSizePx } from '../state/picture-state';
import { SIZE_RANGE_PX } from '../state/settings';
import { ClipDownload } from './ClipDownload';
import { FpsField } from './ClipFields';
import { CopyLink, CopyPicture } from './CopyButtons';
import { pngOf, saveFile } from './download';
import { DownloadMenu } from './DownloadMenu';
import { Hint } from './Hint';
import { Icon } from './icons';
import { LabEntry } from './lab/LabEntry';
import { RangeField } from './RangeField';
import { useActions, useStudio } from './studio-context';
import { useFileNames } from './use-file-names';

/** How the finished picture is looked at and taken along. Nothing here generates. */
export function ViewControls() {
  return (
    <div className="view-controls">
      <SizeField />
      <DetailField />
      <FpsField />
      <Downloads />
    </div>
  );
}

function SizeField() {
  const { t } = useTranslation('view');
  const grid = useStudio((state) => state.picture?.grid ?? state.run?.grid ?? null);
  const sizePx = shownSizePx(
    useStudio((state) => state.settings.sizePx),
    grid,
  );
  const maximum = shownSizePx(SIZE_RANGE_PX.maximum, grid);
  const { showSize } = useActions();
  const { widthPx, heightPx } = grid
    ? sizeForShortSide(grid, sizePx)
    : { widthPx: sizePx, heightPx: sizePx };
  return (
    <RangeField
      label={t('size.label')}
      help={t('size.help')}
      value={sizePx}
      range={{ ...SIZE_RANGE_PX, maximum }}
      valueText={t('size.value', { width: widthPx, height: heightPx })}
      onChange={(value) => showSize(value, true)}
      onRelease={(value) => showSize(value, false)}
    />
  );
}

function DetailField() {
  const { t } = useTranslation('view');
  const levelsDone = useStudio(({ run, picture }) => (run ?? picture)?.levelsDone ?? 0);
  const levelsMax = useStudio(({ run, picture }) => run?.toLevel ?? picture?.levelsMax ?? 0);
  const wanted = useStudio(({ run, isLookingBack, shownLevels }) =>
    run && !isLookingBack ? run.levelsDone : shownLevels,
  );
  const { showLevels } = useActions();
  const shownLevels = Math.max(1, Math.min(wanted, levelsDone));
  return (
    <RangeField
      label={t('detail.label')}
      help={t('detail.help')}
      value={shownLevels}
      range={{ minimum: 1, maximum: Math.max(2, levelsDone) }}
      valueText={levelsDone === 0 ? '' : t('detail.value', { level: shownLevels, of: levelsMax })}
      isDisabled={levelsDone < 2}
      hasTicks
      onChange={showLevels}
    />
  );
}

function Downloads() {
  const { t } = useTranslation('files');
  const picture = useStudio((state) => state.picture);
  const isRunning = useStudio((state) => state.run !== null);
  const { downloadPicture, downloadLatent, isBusy } = useDownloads();
  const isDisabled = picture === null || isRunning;
  return (
    <div className="downloads">
      <span className="downloads__pair">
        <Button
          className="button"
          isDisabled={isDisabled}
          isPending={isBusy}
          onPress={downloadPicture}
        >
          <Icon name="download" /> {t('download')}
        </Button>
        <DownloadMenu isDisabled={isDisabled} />
      </span>
      <ClipDownload />
      <span className="downloads__latent">
        <Button
          className="button"
          isDisabled={isDisabled}
          isPending={isBusy}
          onPress={downloadLatent}
        >
          <Icon name="latent" /> {t('latent')}
        </Button>
        <Hint about={t('latent')}>{t('latentHelp', { count: picture?.levelsDone ?? 1 })}</Hint>
      </span>
      <CopyPicture isDisabled={isDisabled} />
      <CopyLink isDisabled={isDisabled} />
      <OpenFile isDisabled={isRunning} />
      <LabEntry />
    </div>
  );
}

function OpenFile({ isDisabled }: { readonly isDisabled: boolean }) {
  const { t } = useTranslation('files');
  const { open } = useActions();
  const openFirst = (files: FileList | null) => {
    const file = files?.[0];
    if (file) void open(file);
  };
  return (
    <span className="downloads__latent">
      <FileTrigger acceptedFileTypes={['.dcs', '.png', '.mp4']} onSelect={openFirst}>
        <Button className="button" isDisabled={isDisabled}>
          <Icon name="open" /> {t('open')}
        </Button>
      </FileTrigger>
      <Hint about={t('open')}>{t('openHelp')}</Hint>
    </span>
  );
}

function useDownloads(): {
  isBusy: boolean;
  downloadPicture: () => void;
  downloadLatent: () => void;
} {
  const picture = useStudio((state) => state.picture);
  const levels = useStudio((state) => state.shownLevels);
  const names = useFileNames();
  const { exportPixels, exportLatent, reportDownloadFailure } = useActions();
  const [isBusy, setBusy] = useState(false);
  const during = (work: () => Promise<void>) => () => {
    setBusy(true);
    work()
      .catch(reportDownloadFailure)
      .finally(() => setBusy(false));
  };
  return {
    isBusy,
    downloadPicture: during(async () => {
      if (!picture) return;
      const pixels = await exportPixels();
      const { width: widthPx, height: heightPx } = pixels;
      const png = new Uint8Array(await (await pngOf(pixels)).arrayBuffer());
      const file = new Blob([putIntoPng(png, await exportLatent())], { type: 'image/png' });
      saveFile(file, `${names.ofPicture({ levels, widthPx, heightPx })}.png`);
    }),
    downloadLatent: during(async () => {
      if (!picture) return;
      const latent = new Blob([await exportLatent()], { type: 'application/octet-stream' });
      saveFile(latent, `${names.ofLatent()}.dcs`);
    }),
  };
}
