import type { TFunction } from 'i18next';
import { useEffect } from 'react';
import { useActions, useStudioStore } from './studio-context';

/** Whether the platform writes its shortcuts with the command key. */
function isAppleKeyboard(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** The key that makes a shortcut of another one, as it is written on the keyboard. */
export function commandKey(t: TFunction): string {
  return isAppleKeyboard() ? '\u2318' : t('keys.control');
}

/** What a key asks for; a number is a level to show. */
type Asked =
  'generate' | 'stop' | 'undo' | 'redo' | 'compare' | 'zoomIn' | 'zoomOut' | 'zoomFit' | number;

/**
 * Keys that work anywhere on the page: Ctrl or Cmd + Enter generates, Escape stops, 1 to 9 show a level, C compares, plus,
 * minus and 0 zoom, Ctrl or Cmd + Z takes a setting back, with Shift forward again. In a text box they belong to the text.
 */
export function useShortcuts(): void {
  const store = useStudioStore();
  const actions = useActions();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isInOverlay(event.target)) return;
      const asked = askedBy(event);
      if (asked === null) return;
      if (asked !== 'stop') event.preventDefault();
      if (typeof asked === 'number') actions.showLevels(asked);
      else if (asked === 'compare') {
        const { pinned, picture } = store.getState();
        if (pinned) actions.unpin();
        else if (picture) actions.pinView().catch(actions.reportDownloadFailure);
      } else void actions[asked]();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [actions, store]);
}

function askedBy(event: KeyboardEvent): Asked | null {
  const { key, shiftKey, altKey } = event;
  const isCommand = event.ctrlKey || event.metaKey;
  if (key === 'Escape') return 'stop';
  if (key === 'Enter' && isCommand) return 'generate';
  if (altKey || isTyping(event.target)) return null;
  if (isCommand) return key.toLowerCase() !== 'z' ? null : shiftKey ? 'redo' : 'undo';
  if (key === 'c') return 'compare';
  if (key === '+' || key === '=') return 'zoomIn';
  if (key === '-') return 'zoomOut';
  if (key === '0') return 'zoomFit';
  return /^[1-9]$/.test(key) ? Number(key) : null;
}

function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="menu"]') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.matches('input:not([type="range"], [type="radio"]), textarea')
  );
}
