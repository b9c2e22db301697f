import { lazy, Suspense, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { DialogFrame } from './DialogFrame';

/** What a dialog that opens later is told. */
export interface LazyDialogProps {
  readonly onClose: () => void;
}

/** A dialog whose code is fetched when it is opened for the first time. */
export function lazyDialog(
  load: () => Promise<ComponentType<LazyDialogProps>>,
): ComponentType<LazyDialogProps & { readonly isOpen: boolean }> {
  // A rejection would take the whole page down with it.
  const Dialog = lazy(async () => ({ default: await load().catch(() => MissingDialog) }));
  return function OpenedDialog({ isOpen, onClose }) {
    return <Suspense fallback={null}>{isOpen && <Dialog onClose={onClose} />}</Suspense>;
  };
}

/** In place of a dialog that could not be fetched. */
function MissingDialog({ onClose }: LazyDialogProps) {
  const { t } = useTranslation('downloads');
  return (
    <DialogFrame title={t('missing.title')} isOpen onClose={onClose}>
      <p role="alert">{t('missing.text')}</p>
    </DialogFrame>
  );
}
