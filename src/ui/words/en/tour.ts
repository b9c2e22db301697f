/** A minute's way around the page. */
export const tour = {
  offer: 'New here?',
  take: 'Take the tour',
  decline: 'No tour',
  again: 'Take the tour',
  next: 'Next',
  previous: 'Back',
  done: 'Done',
  progress: '{{current}} of {{total}}',
  close: 'End the tour',
  steps: {
    prompt: {
      title: 'Say what you want to see',
      text: 'Name things, a background, a style. Words that the model knows are offered while you type. “Surprise me” writes a prompt for you.',
    },
    generate: {
      title: 'Grow a picture',
      text: 'The picture grows level by level, coarse to fine. Stop whenever it is good enough: finished levels are kept.',
    },
    levels: {
      title: 'Its levels',
      text: 'Press a level to see the picture as it was then, or one that is not there yet to go on. What is finished never changes.',
    },
    size: {
      title: 'Any size, at once',
      text: 'The picture is a latent without a size. Size and detail draw it again while you drag; nothing is generated again.',
    },
    files: {
      title: 'Take it along',
      text: 'As a picture, as its small latent, on the clipboard or as a link. A PNG carries the latent: dropped back here, it goes on.',
    },
    gallery: {
      title: 'Your pictures',
      text: 'Everything you make stays here, in this browser, until you delete it. Open one to go on from where it was.',
    },
  },
} as const;
