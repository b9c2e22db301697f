import { useTranslation } from 'react-i18next';
import { formatMs } from './format';
import { useStudio } from './studio-context';

/** Runs and time of each graph since the model was loaded. */
export function GraphTable() {
  const { t } = useTranslation('hood');
  const counters = useStudio((state) => state.counters);
  if (!counters) return null;
  const rows = Object.entries(counters.runsByGraph).filter(([, runs]) => runs > 0);
  if (rows.length === 0) return null;
  return (
    <table className="table">
      <caption className="subheading">{t('graphs')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('graph')}</th>
          <th scope="col">{t('runs')}</th>
          <th scope="col">{t('mean')}</th>
          <th scope="col">{t('sum')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([graph, runs]) => {
          const ms = counters.msByGraph[graph] ?? 0;
          return (
            <tr key={graph}>
              <th scope="row">{graph.replaceAll('_', ' ')}</th>
              <td>{runs}</td>
              <td>{formatMs(ms / runs)}</td>
              <td>{formatMs(ms)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
