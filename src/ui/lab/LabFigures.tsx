import { useTranslation } from 'react-i18next';
import { baselineAt, paintedFigures, shownLevel, type Lab } from '../../state/lab/lab-state';

/** How alike the rebuilt picture is, and what it costs. */
export function LabFigures({ lab }: { readonly lab: Lab }) {
  const { t, i18n } = useTranslation('lab');
  const level = shownLevel(lab);
  if (!level) return null;
  const { bytes, psnrDb, ssim } = level;
  const equal = baselineAt(lab.baseline, bytes);
  const gainDb = equal === null ? null : psnrDb - equal;
  const isShared = lab.result?.counts.some((count) => count < lab.levelsMax) ?? false;
  const painted = paintedFigures(lab);
  return (
    <dl className="lab__figures" aria-label={t('figures.heading')}>
      <Figure name={t('figures.psnr')} value={t('figures.psnrValue', { psnr: decibels(psnrDb) })} />
      <Figure name={t('figures.ssim')} value={ssim.toFixed(3)} />
      <Figure name={t('figures.bytes')} value={bytes.toLocaleString(i18n.language)} />
      <Figure name={t('figures.bitsPerPixel')} value={bitsPerPixel(lab, bytes).toFixed(2)} />
      {isShared && gainDb !== null && (
        <Figure
          name={t('figures.gain')}
          value={t('figures.gainValue', { gain: `${gainDb < 0 ? '' : '+'}${decibels(gainDb)}` })}
        />
      )}
      {painted && (
        <Figure
          name={t('brush.painted')}
          value={t('brush.paintedValue', {
            psnr: decibels(painted.psnrDb),
            average: painted.averageLevels.toFixed(1),
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

/** One more digit than anybody sees. */
function decibels(db: number): string {
  return db.toFixed(2);
}
