import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Hint } from './Hint';
import { Icon } from './icons';
import { view as strings } from './strings';
import { useActions } from './studio-context';

const COPIED_SHOWN_MS = 1600;

/** Copies a link to the picture that is shown. */
export function CopyLink({ isDisabled }: { readonly isDisabled: boolean }) {
  const { shareFragment, reportDownloadFailure } = useActions();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    const { origin, pathname, search } = location;
    await navigator.clipboard.writeText(origin + pathname + search + (await shareFragment()));
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_SHOWN_MS);
  };
  return (
    <span className="downloads__latent">
      <Button
        className="button"
        isDisabled={isDisabled}
        onPress={() => void copy().catch(reportDownloadFailure)}
      >
        <Icon name={isCopied ? 'check' : 'link'} /> {isCopied ? strings.shared : strings.share}
      </Button>
      <Hint about={strings.share}>{strings.shareHelp}</Hint>
    </span>
  );
}
