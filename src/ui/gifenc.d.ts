/** The parts of gifenc that are used; the package has no types. */
declare module 'gifenc' {
  /** Up to 256 colours, three bytes each. */
  type Palette = number[][];

  export function quantize(rgba: Uint8ClampedArray, maxColors: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;

  export interface GifOptions {
    readonly palette: Palette;
    /** Milliseconds; files keep hundredths of a second. */
    readonly delay: number;
  }

  export interface Gif {
    writeFrame(index: Uint8Array, width: number, height: number, options: GifOptions): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }

  export function GIFEncoder(): Gif;
}
