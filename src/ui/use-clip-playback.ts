import { useEffect } from 'react';
import { isWhole } from '../state/clip-state';
import { shownClip } from '../state/clip-view';
import { useActions, useStudio } from './studio-context';

/** Moves the playhead while a clip plays. Those who asked their device for less motion start it themselves. */
export function useClipPlayback(): void {
  const canPlay = useStudio((state) => {
    const clip = shownClip(state);
    return state.isPlaying && clip !== null && isWhole(clip);
  });
  const { advance, play } = useActions();
  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) play(false);
  }, [play]);
  useEffect(() => {
    if (!canPlay) return;
    let beforeMs = performance.now();
    let handle = requestAnimationFrame(function tick(nowMs) {
      advance(Math.max(0, nowMs - beforeMs) / 1000);
      beforeMs = nowMs;
      handle = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(handle);
  }, [advance, canPlay]);
}
