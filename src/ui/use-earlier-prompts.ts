import { useRef, type KeyboardEvent } from 'react';
import { promptsOf } from '../state/gallery/gallery-state';
import { useActions, useStudioStore } from './studio-context';

/** Alt with an arrow up goes back in the prompts of kept pictures, arrow down forward, and at last to what was written. */
export function useEarlierPrompts(): (event: KeyboardEvent) => boolean {
  const store = useStudioStore();
  const { change } = useActions();
  /** How far back, and what was written before going there. */
  const place = useRef({ index: -1, shown: '', written: '' });
  return (event) => {
    const isArrow = event.key === 'ArrowUp' || event.key === 'ArrowDown';
    if (!event.altKey || !isArrow) return false;
    event.preventDefault();
    const { settings, gallery } = store.getState();
    const isElsewhere = place.current.shown !== settings.prompt;
    const { index, written } = isElsewhere
      ? { index: -1, written: settings.prompt }
      : place.current;
    const prompts = promptsOf(gallery.pictures).filter((prompt) => prompt !== written);
    const wanted = index + (event.key === 'ArrowUp' ? 1 : -1);
    const next = Math.max(-1, Math.min(wanted, prompts.length - 1));
    const shown = prompts[next] ?? written;
    place.current = { index: next, shown, written };
    change({ prompt: shown });
    return true;
  };
}
