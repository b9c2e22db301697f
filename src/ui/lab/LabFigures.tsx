import { useTranslation } from 'react-i18next';
import { baselineAt, paintedFigures, shownLevel, type Lab } from '../../state/lab/lab-state';
import { decimal } from './decimal';

/** How alike the rebuilt picture is, and what it costs. */
export function LabFigures({ lab }: { readonly lab: Lab }) {
  const { t, i18n } = useTranslation('lab');
  const number = (value: number, digits: number): string => decimal(value, digits, i18n.language);
  const level = shownLevel(lab);
  if (!level) return null;
  const { bytes, psnrDb, ssim } = level;
  const equal = baselineAt(lab.baseline, bytes);
  const gainDb = equal === null ? null : psnrDb - equal;
  const isShared = lab.result?.counts.some((count) => count < lab.levelsMax) ?? false;
  const painted = paintedFigures(lab);
  return (
    <dl className="lab__figures" aria-label={t('figures.heading')}>
      <Figure
        name={t('figures.psnr')}
        value={t('figures.psnrValue', { psnr: number(psnrDb, 2) })}
      />
      <Figure name={t('figures.ssim')} value={number(ssim, 3)} />
      <Figure name={t('figures.bytes')} value={number(bytes, 0)} />
      <Figure name={t('figures.bitsPerPixel')} value={number(bitsPerPixel(lab, bytes), 2)} />
      {isShared && gainDb !== null && (
        <Figure
          name={t('figures.gain')}
          value={t('figures.gainValue', { gain: `${gainDb < 0 ? '' : '+'}${number(gainDb, 2)}` })}
        />
      )}
      {painted && (
        <Figure
          name={t('brush.painted')}
          value={t('brush.paintedValue', {
            psnr: number(painted.psnrDb, 2),
            average: number(painted.averageLevels, 1),
          })}
        />
      )}
    </dl>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="lab__figure">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function bitsPerPixel({ original }: Lab, bytes: number): number {
  const [first] = original;
  return first ? (8 * bytes) / (original.length * first.width * first.height) : 0;
}
