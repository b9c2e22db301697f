import { formatMs } from './format';
import { hood as strings } from './strings-panels';
import { useStudio } from './studio-context';

/** Runs and time of each graph since the model was loaded. */
export function GraphTable() {
  const counters = useStudio((state) => state.counters);
  if (!counters) return null;
  const rows = Object.entries(counters.runsByGraph).filter(([, runs]) => runs > 0);
  if (rows.length === 0) return null;
  return (
    <table className="table">
      <caption className="subheading">{strings.graphs}</caption>
      <thead>
        <tr>
          <th scope="col">{strings.graph}</th>
          <th scope="col">{strings.runs}</th>
          <th scope="col">{strings.mean}</th>
          <th scope="col">{strings.sum}</th>
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
