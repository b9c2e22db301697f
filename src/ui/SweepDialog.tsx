import { useTranslation } from 'react-i18next';
import { DialogFrame } from './DialogFrame';
import type { LazyDialogProps } from './lazy-dialog';
import { SweepForm } from './SweepForm';
import { SweepTable } from './SweepTable';
import { useStudio } from './studio-context';

/** A grid of pictures: asked for, watched while it is made, opened cell by cell and taken along. */
export function SweepDialog({ onClose }: LazyDialogProps) {
  const { t } = useTranslation('sweeps');
  const sweep = useStudio((state) => state.sweep);
  return (
    <DialogFrame title={t('heading')} isWide isOpen onClose={onClose}>
      {sweep ? <SweepTable sweep={sweep} onClose={onClose} /> : <SweepForm />}
    </DialogFrame>
  );
}
