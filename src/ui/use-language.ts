import { useEffect } from 'react';
import { useStudio } from './studio-context';
import { speak } from './words/words';

/** Keeps the page in the chosen language. */
export function useLanguage(): void {
  const language = useStudio((state) => state.settings.language);
  useEffect(() => void speak(language), [language]);
}
