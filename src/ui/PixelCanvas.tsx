import { useEffect, useRef, type CSSProperties } from 'react';
import type { Pixels } from '../contract/engine';

/** Pixels in memory, drawn one to one. Without a `label` it is decoration to a screen reader. */
export function PixelCanvas(props: {
  readonly pixels: Pixels;
  readonly className: string;
  readonly label?: string;
  readonly style?: CSSProperties;
}) {
  const { pixels, className, label, style } = props;
  const { width, height, rgba } = pixels;
  const element = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = new ImageData(rgba, width, height);
    element.current?.getContext('2d')?.putImageData(image, 0, 0);
  }, [rgba, width, height]);
  const spoken =
    label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <canvas
      ref={element}
      className={className}
      width={width}
      height={height}
      style={style}
      {...spoken}
    />
  );
}
