import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { pngOf } from './download';
import { Hint } from './Hint';
import { Icon, type IconName } from './icons';
import { view as strings } from './strings';
import { useActions } from './studio-context';

const COPIED_SHOWN_MS = 1600;

/** Copies a link to the picture that is shown. */
export function CopyLink({ isDisabled }: { readonly isDisabled: boolean }) {
  const { shareFragment } = useActions();
  const copy = async () => {
    const { origin, pathname, search } = location;
    await navigator.clipboard.writeText(origin + pathname + search + (await shareFragment()));
  };
  return (
    <span className="downloads__latent">
      <CopyButton
        icon="link"
        name={strings.share}
        done={strings.shared}
        isDisabled={isDisabled}
        copy={copy}
      />
      <Hint about={strings.share}>{strings.shareHelp}</Hint>
    </span>
  );
}

/** Copies the picture as it is shown, to be put into another program. */
export function CopyPicture({ isDisabled }: { readonly isDisabled: boolean }) {
  const { exportPixels } = useActions();
  const copy = async () => {
    // The clipboard takes a promise: Safari gives it away only in the moment of the press.
    const png = exportPixels().then(pngOf);
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  };
  return (
    <CopyButton
      icon="copy"
      name={strings.copy}
      done={strings.copied}
      isDisabled={isDisabled}
      copy={copy}
    />
  );
}

function CopyButton(props: {
  readonly icon: IconName;
  readonly name: string;
  /** What the button says for a moment when it is done. */
  readonly done: string;
  readonly isDisabled: boolean;
  readonly copy: () => Promise<void>;
}) {
  const { icon, name, done, isDisabled, copy } = props;
  const { reportDownloadFailure } = useActions();
  const [isCopied, setCopied] = useState(false);
  const press = async () => {
    await copy();
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_SHOWN_MS);
  };
  return (
    <Button
      className="button"
      isDisabled={isDisabled}
      onPress={() => void press().catch(reportDownloadFailure)}
    >
      <Icon name={isCopied ? 'check' : icon} /> {isCopied ? done : name}
    </Button>
  );
}
