/** The prompt: its box, its completions, and what the model makes of it. */
export const prompts = {
  label: 'Describe a picture',
  placeholder: 'red apple on a light blue background',
  help: 'Suggestions appear while you type: arrow keys choose, Enter takes one, Escape closes them.',
  suggestions: 'Words this model knows',
  suggestionCount_one: '{{count}} suggestion. Arrow down to choose it.',
  suggestionCount_other: '{{count}} suggestions. Arrow down to choose.',
  kinds: {
    object: 'thing',
    motion: 'motion',
    colour: 'colour',
    style: 'style',
    position: 'place',
  },
  tokens: '{{used}} of {{limit}} tokens',
  truncated_one: 'Too long: the last token is not read. Shorten the prompt.',
  truncated_other: 'Too long: the last {{count}} tokens are not read. Shorten the prompt.',
  empty: 'Without words the model draws whatever it likes.',
  noObject:
    'Nothing here is something this model has learnt to draw. You can still try, or start from an idea:',
  unknown: 'This model has not learnt {{words}}. You can still try; it may be ignored.',
  quoted: '\u201c{{word}}\u201d',
  andMore_one: '{{words}} and {{count}} more',
  andMore_other: '{{words}} and {{count}} more',
  correct: 'Did you mean \u201c{{word}}\u201d?',
  ideas: 'Ideas',
  surprise: 'Surprise me',
} as const;
