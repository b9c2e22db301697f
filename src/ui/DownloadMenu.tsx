import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useTranslation } from 'react-i18next';
import { saveFile } from './download';
import { Icon } from './icons';
import { IMAGE_FORMATS, imageFile, writableFormats, type ImageFormat } from './image-files';
import { lazyDialog } from './lazy-dialog';
import { useActions, useStudio } from './studio-context';
import { useFileNames } from './use-file-names';

const FileNamesDialog = lazyDialog(async () => (await import('./FileNamesDialog')).FileNamesDialog);

/** The picture in formats beside PNG, and how files are named. */
export function DownloadMenu({ isDisabled }: { readonly isDisabled: boolean }) {
  const { t } = useTranslation('downloads');
  const [isNaming, setNaming] = useState(false);
  return (
    <>
      <MenuTrigger>
        <Button className="button downloads__more" aria-label={t('more')}>
          <Icon name="chevron" />
        </Button>
        <Popover className="popover popover--menu">
          <FormatMenu isDisabled={isDisabled} onNames={() => setNaming(true)} />
        </Popover>
      </MenuTrigger>
      <FileNamesDialog isOpen={isNaming} onClose={() => setNaming(false)} />
    </>
  );
}

function FormatMenu(props: { readonly isDisabled: boolean; readonly onNames: () => void }) {
  const { isDisabled, onNames } = props;
  const { t } = useTranslation('downloads');
  const writable = useWritableFormats();
  const download = useFormatDownload();
  const disabled = IMAGE_FORMATS.filter((format) => isDisabled || !writable?.has(format));
  return (
    <Menu className="menu" aria-label={t('more')} disabledKeys={disabled}>
      {IMAGE_FORMATS.map((format) => (
        <MenuItem
          key={format}
          id={format}
          className="menu__item menu__item--two"
          textValue={t(`formats.${format}`)}
          onAction={() => download(format)}
        >
          {t(`formats.${format}`)}
          <span className="menu__note">
            {t(writable?.has(format) === false ? 'cannotWrite' : 'pixelsOnly')}
          </span>
        </MenuItem>
      ))}
      <MenuItem id="names" className="menu__item" onAction={onNames}>
        {t('names')}
      </MenuItem>
    </Menu>
  );
}

/** Null until that is known. */
function useWritableFormats(): ReadonlySet<ImageFormat> | null {
  const [writable, setWritable] = useState<ReadonlySet<ImageFormat> | null>(null);
  useEffect(() => {
    void writableFormats().then(setWritable);
  }, []);
  return writable;
}

function useFormatDownload(): (format: ImageFormat) => void {
  const levels = useStudio((state) => state.shownLevels);
  const names = useFileNames();
  const { exportPixels, reportDownloadFailure } = useActions();
  return (format) => {
    const write = async () => {
      const pixels = await exportPixels();
      const { width: widthPx, height: heightPx } = pixels;
      const name = names.ofPicture({ levels, widthPx, heightPx });
      saveFile(await imageFile(pixels, format), `${name}.${format}`);
    };
    write().catch(reportDownloadFailure);
  };
}
