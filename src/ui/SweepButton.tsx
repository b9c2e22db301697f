import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { lazyDialog } from './lazy-dialog';

const SweepDialog = lazyDialog(async () => (await import('./SweepDialog')).SweepDialog);

/** Opens the grid of pictures over two settings. */
export function SweepButton() {
  const { t } = useTranslation('sweeps');
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button className="text-button" onPress={() => setOpen(true)}>
        {t('open')}
      </Button>
      <SweepDialog isOpen={isOpen} onClose={() => setOpen(false)} />
    </div>
  );
}
