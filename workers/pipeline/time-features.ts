/** Features of the flow time that `dit_step` takes as an input, because sines fall off the GPU inside a graph. */

/** Width of `time_features`. */
export const TIME_FEATURE_COUNT = 256;

/** cos then sin of 1000 t exp(-ln(10000) i / 128), i = 0..127, (256). */
export function timeFeatures(t: number): Float32Array<ArrayBuffer> {
  const half = TIME_FEATURE_COUNT / 2;
  const features = new Float32Array(TIME_FEATURE_COUNT);
  for (let i = 0; i < half; i += 1) {
    const angle = 1000 * t * Math.exp((-Math.log(10000) * i) / half);
    features[i] = Math.cos(angle);
    features[half + i] = Math.sin(angle);
  }
  return features;
}
