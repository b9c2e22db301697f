import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { lazyDialog } from './lazy-dialog';

const BenchmarkDialog = lazyDialog(async () => (await import('./BenchmarkDialog')).BenchmarkDialog);

/** Opens the benchmark. */
export function BenchmarkButton() {
  const { t } = useTranslation('benchmarks');
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button className="text-button" onPress={() => setOpen(true)}>
        {t('open')}
      </Button>
      <BenchmarkDialog isOpen={isOpen} onClose={() => setOpen(false)} />
    </div>
  );
}
