import { Button } from 'react-aria-components/Button';
import { OUTPUT_SIZES_PX, sheetOf, type OutputCell, type Outputs } from '../state/outputs-state';
import { sheetFileName } from '../state/picture-state';
import { DialogFrame } from './DialogFrame';
import { sheetPng, saveFile } from './download';
import { Icon } from './icons';
import { PixelCanvas } from './PixelCanvas';
import { outputs as strings } from './strings-panels';
import { useActions, useStudio } from './studio-context';

const SHEET_GAP_PX = 8;

/** Every level at every size, from the one latent there is. */
export function OutputsDialog() {
  const outputs = useStudio((state) => state.outputs);
  const { closeOutputs } = useActions();
  return (
    <DialogFrame title={strings.heading} isWide isOpen={outputs !== null} onClose={closeOutputs}>
      <p>{strings.lead}</p>
      {outputs && <OutputsTable outputs={outputs} />}
    </DialogFrame>
  );
}

function OutputsTable({ outputs }: { readonly outputs: Outputs }) {
  const picture = useStudio((state) => state.picture);
  const { reportDownloadFailure } = useActions();
  const { cells } = outputs;
  const levels = [...new Set(cells.map((cell) => cell.levels))];
  const isWhole = cells.every(({ pixels }) => pixels !== null);
  const download = () => {
    if (!picture) return;
    sheetPng(sheetOf(outputs, SHEET_GAP_PX))
      .then((file) => saveFile(file, sheetFileName(picture)))
      .catch(reportDownloadFailure);
  };
  return (
    <>
      <div className="outputs__scroll">
        <table className="outputs">
          <thead>
            <tr>
              <td />
              {OUTPUT_SIZES_PX.map((sizePx) => (
                <th key={sizePx} scope="col">
                  {strings.size(sizePx)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {levels.map((level) => (
              <tr key={level}>
                <th scope="row">{strings.level(level)}</th>
                {cells
                  .filter((cell) => cell.levels === level)
                  .map((cell) => (
                    <td key={cell.sizePx}>
                      <OutputPicture cell={cell} />
                    </td>
                  ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="card__actions">
        <Button className="button" isDisabled={!isWhole} onPress={download}>
          <Icon name="download" /> {strings.download}
        </Button>
      </div>
    </>
  );
}

function OutputPicture({ cell: { pixels, levels } }: { readonly cell: OutputCell }) {
  if (!pixels) return <span className="outputs__cell outputs__cell--waiting" />;
  const { width, height } = pixels;
  return (
    <PixelCanvas
      pixels={pixels}
      className="outputs__cell"
      label={strings.cell(levels, width, height)}
    />
  );
}
