import { useEffect } from 'react';
import { useActions } from './studio-context';

/** Whether the platform writes its shortcuts with the command key. */
export function isAppleKeyboard(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}

/** Keys that work anywhere on the page: Ctrl or Cmd + Enter generates, Escape stops, 1 to 9 show a level. */
export function useShortcuts(): void {
  const { generate, stop, showLevels } = useActions();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isInOverlay(event.target)) return;
      const isCommand = event.ctrlKey || event.metaKey;
      if (event.key === 'Enter' && isCommand) {
        event.preventDefault();
        void generate();
      } else if (event.key === 'Escape') {
        void stop();
      } else if (
        /^[1-9]$/.test(event.key) &&
        !isCommand &&
        !event.altKey &&
        !isTyping(event.target)
      ) {
        showLevels(Number(event.key));
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [generate, stop, showLevels]);
}

function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"]') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.matches('input:not([type="range"], [type="radio"]), textarea')
  );
}
