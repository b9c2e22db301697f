import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import type { BenchmarkReport, Spread } from '../state/benchmark/benchmark-report';
import { saveFile } from './download';
import { formatMs } from './format';
import { Icon } from './icons';
import { useActions } from './studio-context';
import { useCopied } from './use-copied';

/** What a benchmark found, and the ways to share it. */
export function BenchmarkTable({ report }: { readonly report: BenchmarkReport }) {
  const { t } = useTranslation('benchmarks');
  const { model, textMs, pictureMs, levels, decode } = report;
  const rows: readonly (readonly [name: string, ms: Spread])[] = [
    [t('text'), textMs],
    ...levels.flatMap(({ level, stepMs, samplerMs }) => [
      [t('step', { level }), stepMs] as const,
      [t('level', { level }), samplerMs] as const,
    ]),
    [t('picture'), pictureMs],
    ...decode.map(({ sizePx, elapsedMs }) => [t('decode', { sizePx }), elapsedMs] as const),
  ];
  return (
    <>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t('what')}</th>
            <th scope="col">{t('median')}</th>
            <th scope="col">{t('range')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('load')}</th>
            <td>{formatMs(model.loadMs)}</td>
            <td />
          </tr>
          {rows.map(([name, { min, median, max }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatMs(median)}</td>
              <td>{t('to', { min: formatMs(min), max: formatMs(max) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Sharing report={report} />
    </>
  );
}

function Sharing({ report }: { readonly report: BenchmarkReport }) {
  const { t } = useTranslation('benchmarks');
  const { reportDownloadFailure } = useActions();
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const { isCopied, copy } = useCopied(() => navigator.clipboard.writeText(json));
  const download = () => {
    const name = `dcs-benchmark-${report.model.id}-${report.createdAt.slice(0, 10)}.json`;
    saveFile(new Blob([json], { type: 'application/json' }), name);
  };
  return (
    <div className="card__actions">
      <Button className="button" onPress={() => void copy().catch(reportDownloadFailure)}>
        <Icon name={isCopied ? 'check' : 'copy'} /> {isCopied ? t('copied') : t('copy')}
      </Button>
      <Button className="button" onPress={download}>
        <Icon name="download" /> {t('download')}
      </Button>
    </div>
  );
}
