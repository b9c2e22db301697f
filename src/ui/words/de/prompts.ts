import type { prompts as english } from '../en/prompts';
import type { Wording } from '../wording';

export const prompts: Wording<typeof english> = {
  label: 'Ein Bild beschreiben, auf Englisch',
  placeholder: 'red apple on a light blue background',
  help: 'Beim Tippen erscheinen Vorschläge: Pfeiltasten wählen aus, Enter übernimmt, Escape schließt sie.',
  suggestions: 'Wörter, die dieses Modell kennt',
  suggestionCount_one: '{{count}} Vorschlag. Mit Pfeil nach unten auswählen.',
  suggestionCount_other: '{{count}} Vorschläge. Mit Pfeil nach unten auswählen.',
  kinds: {
    object: 'Ding',
    motion: 'Bewegung',
    colour: 'Farbe',
    style: 'Stil',
    position: 'Ort',
  },
  tokens: '{{used}} von {{limit}} Tokens',
  truncated_one: 'Zu lang: Das letzte Token wird nicht gelesen. Bitte den Prompt kürzen.',
  truncated_other:
    'Zu lang: Die letzten {{count}} Tokens werden nicht gelesen. Bitte den Prompt kürzen.',
  empty: 'Ohne Worte malt das Modell, was es will.',
  noObject:
    'Nichts davon hat dieses Modell zu malen gelernt. Ein Versuch ist trotzdem möglich, oder eine Idee als Anfang:',
  unknown:
    'Dieses Modell hat {{words}} nicht gelernt. Ein Versuch ist möglich; vielleicht bleibt es ohne Wirkung.',
  quoted: '\u201e{{word}}\u201c',
  andMore_one: '{{words}} und {{count}} weiteres Wort',
  andMore_other: '{{words}} und {{count}} weitere Wörter',
  correct: 'Ist \u201e{{word}}\u201c gemeint?',
  ideas: 'Ideen',
  surprise: 'Überraschung',
};
