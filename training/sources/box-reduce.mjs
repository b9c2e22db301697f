/** Box average of a square RGBA image by an integer factor. */
export function boxReduce(pixels, px, factor) {
  const out = Buffer.allocUnsafe((px / factor) ** 2 * 4);
  const area = factor * factor;
  let o = 0;
  for (let y = 0; y < px; y += factor) {
    for (let x = 0; x < px; x += factor) {
      for (let c = 0; c < 4; c += 1) {
        let sum = area / 2;
        for (let dy = 0; dy < factor; dy += 1) {
          const row = ((y + dy) * px + x) * 4 + c;
          for (let dx = 0; dx < factor; dx += 1) sum += pixels[row + dx * 4];
        }
        out[o] = Math.floor(sum / area);
        o += 1;
      }
    }
  }
  return out;
}
