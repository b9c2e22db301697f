import { useEffect, useRef, type CSSProperties } from 'react';
import { useActions } from './studio-context';

/** Canvases whose drawing was handed over; it can be done once per element. */
const handedOver = new WeakSet<HTMLCanvasElement>();

/**
 * A canvas that the engine draws on. Give it a `key` with the engine generation: a new engine needs a new element.
 * Without a `label` it is decoration to a screen reader.
 */
export function EngineCanvas(props: {
  readonly canvasId: string;
  readonly className: string;
  readonly label?: string;
  readonly style?: CSSProperties;
}) {
  const { canvasId, className, label, style } = props;
  const element = useRef<HTMLCanvasElement>(null);
  const { attachCanvas } = useActions();
  useEffect(() => {
    const canvas = element.current;
    if (!canvas || handedOver.has(canvas)) return;
    handedOver.add(canvas);
    void attachCanvas(canvasId, canvas.transferControlToOffscreen());
  }, [attachCanvas, canvasId]);
  const spoken =
    label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return <canvas ref={element} className={className} style={style} {...spoken} />;
}
