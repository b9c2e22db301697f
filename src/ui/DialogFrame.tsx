import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons';

/** A dialog over the page with a title and a way out. Without `isOpen` the trigger beside it decides. */
export function DialogFrame(props: {
  readonly title: string;
  readonly isWide?: boolean;
  readonly isOpen?: boolean;
  readonly onClose?: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation('page');
  const { title, isWide = false, isOpen, onClose, children } = props;
  return (
    <ModalOverlay
      className="veil"
      isDismissable
      {...(isOpen !== undefined && { isOpen })}
      onOpenChange={(isNowOpen) => {
        if (!isNowOpen) onClose?.();
      }}
    >
      <Modal className={isWide ? 'modal modal--wide' : 'modal'}>
        <Dialog className="modal__body">
          <div className="modal__head">
            <Heading slot="title" className="modal__title">
              {title}
            </Heading>
            <Button slot="close" className="icon-button icon-button--quiet" aria-label={t('close')}>
              <Icon name="discard" size="18px" />
            </Button>
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
