import { useSyncExternalStore } from 'react';

/** Whether the page is wide enough for two columns; the stylesheets use the same width. */
export function useIsWide(): boolean {
  return useMediaQuery('(min-width: 60rem)');
}

function useMediaQuery(query: string): boolean {
  const list = matchMedia(query);
  return useSyncExternalStore(
    (onChange) => {
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    () => list.matches,
  );
}
