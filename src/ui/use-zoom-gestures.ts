import { useGesture } from '@use-gesture/react';
import { useEffect, type KeyboardEvent, type MouseEvent, type RefObject } from 'react';
import { MAX_SCALE, type PanePoint } from '../state/zoom';
import { useActions, useStudio, useStudioStore } from './studio-context';

/** What a double click zooms to. */
const CLOSER = 3;
/** Part of the pane that an arrow key moves the picture by. */
const ARROW_SHARE = 0.15;

/** Tells the store how large the pane is, and the room in it that a picture is fitted into. */
export function useViewport(
  pane: RefObject<HTMLElement | null>,
  room: RefObject<HTMLElement | null>,
): void {
  const { setViewport } = useActions();
  useEffect(() => {
    const [outer, inner] = [pane.current, room.current];
    if (!outer || !inner) return;
    const observer = new ResizeObserver(() =>
      setViewport({
        paneWidthPx: outer.clientWidth,
        paneHeightPx: outer.clientHeight,
        roomWidthPx: inner.clientWidth,
        roomHeightPx: inner.clientHeight,
        pixelRatio: devicePixelRatio,
      }),
    );
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, [pane, room, setViewport]);
}

/** Pinch or Ctrl with the wheel zooms, dragging moves; what is returned is for double clicks, closer and back. */
export function useZoomGestures(pane: RefObject<HTMLElement | null>): (event: MouseEvent) => void {
  const store = useStudioStore();
  const { zoomTo, zoomFit, panBy } = useActions();
  const isZoomed = useStudio((state) => state.zoom.scale > 1);
  const fromMiddle = (x: number, y: number): PanePoint => {
    const box = pane.current?.getBoundingClientRect() ?? new DOMRect();
    return { xPx: x - box.left - box.width / 2, yPx: y - box.top - box.height / 2 };
  };
  useGesture(
    {
      onPinch: ({ offset: [scale], origin: [x, y] }) => zoomTo(scale, fromMiddle(x, y)),
      onDrag: ({ delta: [xPx, yPx], pinching, event, cancel }) => {
        if (pinching || isOnDivider(event.target)) cancel();
        else panBy({ xPx, yPx });
      },
    },
    {
      target: pane,
      eventOptions: { passive: false },
      drag: { enabled: isZoomed, filterTaps: true },
      pinch: {
        from: () => [store.getState().zoom.scale, 0],
        scaleBounds: { min: 1, max: MAX_SCALE },
        modifierKey: ['ctrlKey', 'metaKey'],
      },
    },
  );
  return ({ target, clientX, clientY }) => {
    if (isOnDivider(target)) return;
    if (isZoomed) zoomFit();
    else zoomTo(CLOSER, fromMiddle(clientX, clientY));
  };
}

/** Arrow keys move a picture that is zoomed: the view goes where the arrow points, so the picture goes the other way. */
export function usePanKeys(): (event: KeyboardEvent<HTMLElement>) => void {
  const { panBy } = useActions();
  return (event) => {
    const towards = ARROWS[event.key];
    if (!towards || event.target !== event.currentTarget) return;
    event.preventDefault();
    const { clientWidth, clientHeight } = event.currentTarget;
    panBy({
      xPx: -towards[0] * clientWidth * ARROW_SHARE,
      yPx: -towards[1] * clientHeight * ARROW_SHARE,
    });
  };
}

const ARROWS: Readonly<Record<string, readonly [x: number, y: number] | undefined>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function isOnDivider(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.compare__thumb') !== null;
}
