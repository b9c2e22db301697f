/** How to encode an image or a clip. */
export interface ReconstructRequest {
  /** The size that the tokenizer looks at, pixels of the short side. */
  readonly sizePx: number;
  /** How many levels each patch gets (paper Algorithm 1), 1 to the model's `levels`; absent: all. */
  readonly counts?: readonly number[];
}
