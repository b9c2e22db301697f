import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { rowsOf, type Sweep, type SweepCell } from '../state/sweep/sweep';
import { isSweeping } from '../state/sweep/sweep-actions';
import type { Axis } from '../state/sweep/sweep-axis';
import { saveFile } from './download';
import { Icon } from './icons';
import { PixelCanvas } from './PixelCanvas';
import { useActions, useStudio } from './studio-context';
import { sweepPng } from './sweep-sheet';

/** The grid as far as it is drawn. */
export function SweepTable({ sweep, onClose }: { sweep: Sweep; onClose: () => void }) {
  const named = useNames();
  const [across, down] = [named(sweep.x), named(sweep.y)];
  return (
    <>
      <div className="outputs__scroll">
        <table className="outputs">
          <thead>
            <tr>
              <td />
              {across.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rowsOf(sweep).map((row, index) => (
              <tr key={down[index]}>
                <th scope="row">{down[index]}</th>
                {row.map((cell, column) => (
                  <td key={across[column]}>
                    <CellButton
                      cell={cell}
                      x={across[column] ?? ''}
                      y={down[index] ?? ''}
                      onClose={onClose}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Progress sweep={sweep} />
      <TableActions sweep={sweep} across={across} down={down} />
    </>
  );
}

/** How the values of a side are called. */
function useNames(): (axis: Axis) => string[] {
  const { t } = useTranslation('sweeps');
  return ({ name, values }) =>
    values.map((value) => t('value', { axis: t(`axes.${name}`), value }));
}

/** One cell; pressed, it is opened as the picture. */
function CellButton(props: {
  readonly cell: SweepCell;
  readonly x: string;
  readonly y: string;
  readonly onClose: () => void;
}) {
  const { cell, x, y, onClose } = props;
  const { t } = useTranslation('sweeps');
  const isOpenable = useStudio((state) => state.run === null);
  const { openSweepCell } = useActions();
  const { pixels } = cell;
  return (
    <Button
      className="sweep__cell"
      aria-label={pixels ? t('openCell', { x, y }) : t('missing', { x, y })}
      isDisabled={pixels === null || !isOpenable}
      onPress={() => {
        void openSweepCell(cell);
        onClose();
      }}
    >
      {pixels ? (
        <PixelCanvas pixels={pixels} className="outputs__cell" />
      ) : (
        <span className="outputs__cell outputs__cell--waiting" />
      )}
    </Button>
  );
}

function Progress({ sweep: { cells } }: { readonly sweep: Sweep }) {
  const { t } = useTranslation('sweeps');
  const drawn = cells.filter(({ pixels }) => pixels !== null).length;
  return <p role="status">{t('progress', { drawn, cells: cells.length })}</p>;
}

function TableActions(props: {
  readonly sweep: Sweep;
  readonly across: readonly string[];
  readonly down: readonly string[];
}) {
  const { sweep, across, down } = props;
  const { t } = useTranslation('sweeps');
  const isAtWork = useStudio(isSweeping);
  const { cancelSweep, clearSweep, reportDownloadFailure } = useActions();
  const hasCells = sweep.cells.some(({ pixels }) => pixels !== null);
  const download = () => {
    sweepPng(sweep, { across, down })
      .then((file) => saveFile(file, 'dcs-grid.png'))
      .catch(reportDownloadFailure);
  };
  return (
    <div className="card__actions">
      <Button className="button" isDisabled={!hasCells || isAtWork} onPress={download}>
        <Icon name="download" /> {t('download')}
      </Button>
      {isAtWork ? (
        <Button className="button" onPress={cancelSweep}>
          <Icon name="discard" /> {t('cancel')}
        </Button>
      ) : (
        <Button className="button" onPress={clearSweep}>
          <Icon name="add" /> {t('again')}
        </Button>
      )}
    </div>
  );
}
