import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { pngOf } from './download';
import { Hint } from './Hint';
import { Icon, type IconName } from './icons';
import { useActions } from './studio-context';
import { useCopied } from './use-copied';

/** Copies a link to the picture that is shown. */
export function CopyLink({ isDisabled }: { readonly isDisabled: boolean }) {
  const { t } = useTranslation('files');
  const { shareFragment } = useActions();
  const write = async () => {
    const { origin, pathname, search } = location;
    await navigator.clipboard.writeText(origin + pathname + search + (await shareFragment()));
  };
  return (
    <span className="downloads__latent">
      <CopyButton
        icon="link"
        name={t('share')}
        done={t('shared')}
        isDisabled={isDisabled}
        write={write}
      />
      <Hint about={t('share')}>{t('shareHelp')}</Hint>
    </span>
  );
}

/** Copies the picture as it is shown, to be put into another program. */
export function CopyPicture({ isDisabled }: { readonly isDisabled: boolean }) {
  const { t } = useTranslation('files');
  const { exportPixels } = useActions();
  const write = async () => {
    // The clipboard takes a promise: Safari gives it away only in the moment of the press.
    const png = exportPixels().then(pngOf);
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  };
  return (
    <CopyButton
      icon="copy"
      name={t('copy')}
      done={t('copied')}
      isDisabled={isDisabled}
      write={write}
    />
  );
}

function CopyButton(props: {
  readonly icon: IconName;
  readonly name: string;
  /** What the button says for a moment when it is done. */
  readonly done: string;
  readonly isDisabled: boolean;
  readonly write: () => Promise<void>;
}) {
  const { icon, name, done, isDisabled, write } = props;
  const { reportDownloadFailure } = useActions();
  const { isCopied, copy } = useCopied(write);
  return (
    <Button
      className="button"
      isDisabled={isDisabled}
      onPress={() => void copy().catch(reportDownloadFailure)}
    >
      <Icon name={isCopied ? 'check' : icon} /> {isCopied ? done : name}
    </Button>
  );
}
