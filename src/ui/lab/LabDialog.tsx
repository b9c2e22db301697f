import { useTranslation } from 'react-i18next';
import type { Lab } from '../../state/lab/lab-state';
import { DialogFrame } from '../DialogFrame';
import { useActions, useStudio } from '../studio-context';
import { LabActions } from './LabActions';
import { BrushFields, LabFields } from './LabFields';
import { LabCurve } from './LabCurve';
import { LabFigures } from './LabFigures';
import { LabStage } from './LabStage';

/** A picture from outside beside its reconstruction, with what each level brings and what it costs. */
export function LabDialog() {
  const lab = useStudio((state) => state.lab);
  const { closeLab } = useActions();
  const { t } = useTranslation('lab');
  return (
    <DialogFrame title={t('heading')} isWide isOpen={lab !== null} onClose={closeLab}>
      {lab && <LabBody lab={lab} />}
    </DialogFrame>
  );
}

function LabBody({ lab }: { readonly lab: Lab }) {
  const { t } = useTranslation('lab');
  const { media, problem } = lab;
  return (
    <div className="lab">
      <div className="lab__look">
        <LabStage lab={lab} />
        {media.leftOut !== 'nothing' && <p>{t(`leftOut.${media.leftOut}`)}</p>}
        {problem !== null && (
          <p className="lab__problem" role="alert">
            {problem}
          </p>
        )}
        <LabFigures lab={lab} />
      </div>
      <div className="lab__side">
        <LabFields lab={lab} />
        <BrushFields lab={lab} />
        <LabCurve lab={lab} />
        <LabActions lab={lab} />
      </div>
    </div>
  );
}
