import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons';

/** A question mark that explains a control when it is pressed, by pointer or keyboard. */
export function Hint({ about, children }: { about: string; children: ReactNode }) {
  const { t } = useTranslation('page');
  return (
    <DialogTrigger>
      <Button className="hint" aria-label={t('explain', { name: about })}>
        <Icon name="info" />
      </Button>
      <Popover className="popover" placement="top" offset={6}>
        <Dialog className="popover__text" aria-label={about}>
          {children}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
