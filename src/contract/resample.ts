/** An image at another size, cropped to another aspect. */
import type { Pixels } from './engine';
import type { SizePx } from './grid';
import type { ModelConfig } from './model-config';

const COLOURS = 3;

/** For each target pixel, the first source pixel it reads and the weights of this one and the next ones. */
type AxisFilter = readonly { readonly first: number; readonly weights: Float64Array }[];

/** Colours (height, width, 3) in [-1, 1] of the middle of an image with the aspect of the size. Transparency shows white. */
export function croppedColours(
  image: Pixels,
  { widthPx, heightPx }: SizePx,
  coordMode: ModelConfig['coordMode'],
): Float32Array<ArrayBuffer> {
  const cropHeight = Math.min(image.height, Math.floor((image.width * heightPx) / widthPx + 0.5));
  const cropWidth = Math.min(image.width, Math.floor((image.height * widthPx) / heightPx + 0.5));
  const top = Math.floor((image.height - cropHeight) / 2);
  const left = Math.floor((image.width - cropWidth) / 2);
  const rows = axisFilter(cropHeight, heightPx, coordMode);
  const columns = axisFilter(cropWidth, widthPx, coordMode);
  const wide = resampleColumns(image, { top, left, rows: cropHeight }, columns);
  const row = columns.length * COLOURS;
  const colours = new Float32Array(rows.length * row);
  rows.forEach(({ first, weights }, y) => {
    for (let at = 0; at < row; at += 1) {
      let value = 0;
      for (let i = 0; i < weights.length; i += 1)
        value += weights[i]! * wide[(first + i) * row + at]!;
      colours[y * row + at] = value;
    }
  });
  return colours;
}

/** The cropped rows of an image at another width, (rows, columns, 3) in [-1, 1]. */
function resampleColumns(
  image: Pixels,
  crop: { readonly top: number; readonly left: number; readonly rows: number },
  columns: AxisFilter,
): Float32Array {
  const wide = new Float32Array(crop.rows * columns.length * COLOURS);
  let index = 0;
  for (let y = 0; y < crop.rows; y += 1) {
    for (const { first, weights } of columns) {
      for (let colour = 0; colour < COLOURS; colour += 1) {
        let value = 0;
        for (let i = 0; i < weights.length; i += 1) {
          const pixel = ((crop.top + y) * image.width + crop.left + first + i) * 4;
          const alpha = image.rgba[pixel + 3]! / 255;
          value += weights[i]! * (alpha * (image.rgba[pixel + colour]! / 127.5 - 2) + 1);
        }
        wide[index] = value;
        index += 1;
      }
    }
  }
  return wide;
}

/** A triangle filter, as wide as the step between target pixels when shrinking, so that nothing is skipped. */
function axisFilter(
  sourceLength: number,
  targetLength: number,
  coordMode: ModelConfig['coordMode'],
): AxisFilter {
  const isCorner = coordMode === 'corner' && targetLength > 1 && sourceLength > 1;
  const step = isCorner ? (sourceLength - 1) / (targetLength - 1) : sourceLength / targetLength;
  const reach = Math.max(1, step);
  return Array.from({ length: targetLength }, (_, i) => {
    const centre = isCorner ? i * step : (i + 0.5) * step - 0.5;
    const first = Math.max(0, Math.floor(centre - reach) + 1);
    const last = Math.min(sourceLength - 1, Math.ceil(centre + reach) - 1);
    const weights = Float64Array.from({ length: Math.max(1, last - first + 1) }, (_weight, j) =>
      Math.max(0, 1 - Math.abs(first + j - centre) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return sum === 0
      ? { first: Math.min(first, sourceLength - 1), weights: Float64Array.of(1) }
      : { first, weights: weights.map((weight) => weight / sum) };
  });
}
