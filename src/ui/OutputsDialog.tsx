import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { OUTPUT_SIZES_PX, sheetOf, type OutputCell, type Outputs } from '../state/outputs-state';
import { DialogFrame } from './DialogFrame';
import { sheetPng, saveFile } from './download';
import { Icon } from './icons';
import { PixelCanvas } from './PixelCanvas';
import { useActions, useStudio } from './studio-context';
import { useFileNames } from './use-file-names';

const SHEET_GAP_PX = 8;

/** Every level at every size, from the one latent there is. */
export function OutputsDialog() {
  const { t } = useTranslation('compare');
  const outputs = useStudio((state) => state.outputs);
  const { closeOutputs } = useActions();
  return (
    <DialogFrame
      title={t('outputs.heading')}
      isWide
      isOpen={outputs !== null}
      onClose={closeOutputs}
    >
      <p>{t('outputs.lead')}</p>
      {outputs && <OutputsTable outputs={outputs} />}
    </DialogFrame>
  );
}

function OutputsTable({ outputs }: { readonly outputs: Outputs }) {
  const { t } = useTranslation('compare');
  const names = useFileNames();
  const { reportDownloadFailure } = useActions();
  const { cells } = outputs;
  const levels = [...new Set(cells.map((cell) => cell.levels))];
  const isWhole = cells.every(({ pixels }) => pixels !== null);
  const download = () => {
    sheetPng(sheetOf(outputs, SHEET_GAP_PX))
      .then((file) => saveFile(file, `${names.ofLatent()}-sheet.png`))
      .catch(reportDownloadFailure);
  };
  return (
    <>
      <div className="outputs__scroll">
        <table className="outputs">
          <SizesHead />
          <tbody>
            {levels.map((level) => (
              <tr key={level}>
                <th scope="row">{t('outputs.level', { level })}</th>
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
          <Icon name="download" /> {t('outputs.download')}
        </Button>
      </div>
    </>
  );
}

function SizesHead() {
  const { t } = useTranslation('compare');
  return (
    <thead>
      <tr>
        <td />
        {OUTPUT_SIZES_PX.map((sizePx) => (
          <th key={sizePx} scope="col">
            {t('outputs.size', { size: sizePx })}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function OutputPicture({ cell: { pixels, levels } }: { readonly cell: OutputCell }) {
  const { t } = useTranslation('compare');
  if (!pixels) return <span className="outputs__cell outputs__cell--waiting" />;
  const { width, height } = pixels;
  return (
    <PixelCanvas
      pixels={pixels}
      className="outputs__cell"
      label={t('outputs.cell', { level: levels, width, height })}
    />
  );
}
