/** Speaks the chosen language: `useTranslation(part)` says a sentence, in React. */
import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../../state/settings';
import { english } from './english';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'page';
    resources: typeof english;
    strictInterpolationChecks: true;
  }
}

/** What says the sentences; where there is no React, `words.t('part:key')`. */
export const words: i18n = i18next.createInstance();

void words.use(initReactI18next).init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'page',
  resources: { en: english },
  // React escapes what it shows.
  interpolation: { escapeValue: false },
});
words.services.formatter?.add('lowercase', (value, language) =>
  String(value).toLocaleLowerCase(language),
);

/** The language that a choice means here. */
export function spokenLanguage(
  choice: Language,
  browserLanguages: readonly string[],
): Exclude<Language, 'system'> {
  if (choice !== 'system') return choice;
  const known = browserLanguages.map((tag) => tag.slice(0, 2).toLowerCase());
  return known.find((tag) => tag === 'en' || tag === 'de') ?? 'en';
}

let wanted: Exclude<Language, 'system'> = 'en';

/** Fetches the sentences of the chosen language and shows them; those that cannot be fetched are said in English. */
export async function speak(choice: Language): Promise<void> {
  wanted = spokenLanguage(choice, navigator.languages);
  if (wanted === 'de') await fetchGerman();
  // Somebody may have chosen another one meanwhile.
  const language = wanted === 'de' && !words.hasResourceBundle('de', 'page') ? 'en' : wanted;
  await words.changeLanguage(language);
  document.documentElement.lang = language;
  document.title = words.t('page:name');
  const description = document.querySelector('meta[name="description"]');
  description?.setAttribute('content', words.t('page:description'));
}

/** A page without German is better than none: where it cannot be fetched, the next choice tries again. */
async function fetchGerman(): Promise<void> {
  const fetched = await import('./german').catch(() => null);
  for (const [part, sentences] of Object.entries(fetched?.german ?? {}))
    words.addResourceBundle('de', part, sentences);
}
