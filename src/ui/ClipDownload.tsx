import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useTranslation } from 'react-i18next';
import { isWhole } from '../state/clip-state';
import { shownClip } from '../state/clip-view';
import { CLIP_FORMATS, type ClipFormat } from '../state/picture-state';
import { clipFile } from './clip-files';
import { saveFile } from './download';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';
import { useFileNames } from './use-file-names';

/** Takes the clip along as a file of a chosen format; nothing while no clip is shown. */
export function ClipDownload() {
  const { t } = useTranslation('files');
  const clip = useStudio(shownClip);
  const hasPicture = useStudio((state) => state.picture !== null);
  const names = useFileNames();
  const { exportLatent, reportDownloadFailure } = useActions();
  const [isBusy, setBusy] = useState(false);
  if (!clip || !hasPicture) return null;
  const download = (format: ClipFormat) => {
    setBusy(true);
    exportLatent()
      .then((latent) => clipFile(clip, format, latent))
      .then((file) => saveFile(file, `${names.ofClip(clip)}.${format}`))
      .catch(reportDownloadFailure)
      .finally(() => setBusy(false));
  };
  return (
    <ClipFormatMenu
      name={t('clip')}
      formats={CLIP_FORMATS}
      isDisabled={!isWhole(clip)}
      isBusy={isBusy}
      onChoose={download}
    />
  );
}

/** A button that offers formats. */
export function ClipFormatMenu<Format extends ClipFormat>(props: {
  readonly name: string;
  readonly formats: readonly Format[];
  readonly isDisabled: boolean;
  readonly isBusy: boolean;
  readonly onChoose: (format: Format) => void;
}) {
  const { name, formats, isDisabled, isBusy, onChoose } = props;
  const { t } = useTranslation('files');
  const nameOf = (format: ClipFormat): string => t(`clipFormats.${format}`);
  return (
    <MenuTrigger>
      <Button className="button" isDisabled={isDisabled} isPending={isBusy}>
        <Icon name="film" /> {name} <Icon name="chevron" />
      </Button>
      <Popover className="popover popover--menu">
        <Menu className="menu" aria-label={name}>
          {formats.map((format) => (
            <MenuItem key={format} className="menu__item" onAction={() => onChoose(format)}>
              {nameOf(format)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
