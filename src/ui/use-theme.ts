import { useEffect } from 'react';
import type { Theme } from '../state/settings';
import { useStudio } from './studio-context';

/** Puts the chosen appearance on the document, where the stylesheets and the browser's own surfaces read it. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  root.style.colorScheme = theme === 'system' ? 'light dark' : theme;
  const background = getComputedStyle(document.body).backgroundColor;
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
    meta.setAttribute('content', background);
  }
}

/** Keeps the document in the chosen appearance. */
export function useTheme(): void {
  const theme = useStudio((state) => state.settings.theme);
  useEffect(() => applyTheme(theme), [theme]);
}
