/** A grid of pictures as one PNG, with the names of its rows and columns and the prompt. */
import { layOut, rowsOf, type Sweep } from '../state/sweep/sweep';
import { words } from './words/words';

const GAP_PX = 8;
const LINE_PX = 20;
const FONT = '13px "Geist Variable", system-ui, sans-serif';
const INK = '#1b1a18';
const PAPER = '#ffffff';

/** The sheet; cells are not scaled, and what is not drawn stays empty. */
export function sweepPng(
  sweep: Sweep,
  names: { readonly across: readonly string[]; readonly down: readonly string[] },
): Promise<Blob> {
  const measure = paintable(1, 1).context;
  const widths = names.down.map((name) => measure.measureText(name).width);
  const leftPx = Math.ceil(Math.max(...widths)) + GAP_PX;
  const layout = layOut(sweep, GAP_PX, { leftPx, topPx: 2 * LINE_PX });
  const { canvas, context } = paintable(layout.width, layout.height);
  const write = (text: string, x: number, y: number, mostPx: number): void =>
    context.fillText(text, x, y, mostPx);
  write(sweep.prompt, GAP_PX, LINE_PX, layout.width - 2 * GAP_PX);
  const [firstRow = 0] = layout.rows;
  names.across.forEach((name, column) => {
    const x = layout.columns[column] ?? 0;
    const end = layout.columns[column + 1] ?? layout.width;
    write(name, x, firstRow - GAP_PX, end - x - GAP_PX);
  });
  rowsOf(sweep).forEach((row, index) => {
    const y = layout.rows[index] ?? 0;
    write(names.down[index] ?? '', GAP_PX, y + LINE_PX, leftPx);
    row.forEach(({ pixels }, column) => {
      if (!pixels) return;
      const image = new ImageData(pixels.rgba, pixels.width, pixels.height);
      context.putImageData(image, layout.columns[column] ?? 0, y);
    });
  });
  return canvas.convertToBlob({ type: 'image/png' });
}

function paintable(width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) {
    throw new Error(words.t('files:noPngCanvas'));
  }
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  context.fillStyle = INK;
  context.font = FONT;
  return { canvas, context };
}
