/** The settings of the next picture. */
export const settings = {
  heading: 'Next picture',
  summarySeed: 'seed {{seed}}',
  summarySteps: '{{steps}} steps',
  reset: 'Use recommended',
  levels: {
    label: 'Levels',
    help: 'How far the picture grows, from coarse to fine. Fewer levels are quicker, and you can always continue later: finished levels never change.',
  },
  count: {
    label: 'How many',
    help: 'Pictures that one press of Generate makes, each with a seed of its own. With one level they are quick drafts: choose some under Your pictures and finish only those.',
    pictures_one: '{{count}} picture',
    pictures_other: '{{count}} pictures',
  },
  aspect: {
    label: 'Shape',
    help: 'Width to height of the next picture. It sets the shape of the noise the picture grows from, so the picture you see now keeps its shape.',
    grid: '{{columns}} \u00d7 {{rows}} patches',
  },
  seed: {
    label: 'Seed',
    help: 'The number the noise is made from. The same seed, prompt and settings give the same picture on the same backend; tiny differences between backends are normal.',
    lock: 'Keep this seed',
    unlock: 'New seed for every picture',
    roll: 'Random seed',
    up: 'Next seed',
    down: 'Previous seed',
    copy: 'Copy seed',
    copied: 'Seed copied',
    invalid: 'A seed is a whole number, for example 42.',
  },
  steps: {
    label: 'Steps',
    help: 'How many small moves lead from noise to picture in each level. More steps are slower and a little cleaner.',
  },
  guidance: {
    label: 'Guidance',
    help: 'How strongly the words pull. 1 lets the model wander; high values follow the words but flatten the picture.',
  },
} as const;
