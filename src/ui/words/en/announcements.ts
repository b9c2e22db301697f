/** What is said to those who do not see what happens. */
export const announcements = {
  modelReady: 'The model is ready.',
  runStarted: 'Generating to level {{level}}.',
  levelFinished: 'Level {{level}} of {{of}} finished.',
  runFinished_one: 'The picture is finished with {{count}} level.',
  runFinished_other: 'The picture is finished with {{count}} levels.',
  runStopped_one: 'Stopped. {{count}} level kept.',
  runStopped_other: 'Stopped. {{count}} levels kept.',
  runDiscarded: 'The run was discarded.',
  pictureOpened_one: 'Opened a picture with {{count}} level.',
  pictureOpened_other: 'Opened a picture with {{count}} levels.',
  cutOffOpened_one: 'Opened. The file is cut off: {{whole}} of its {{count}} level is whole.',
  cutOffOpened_other: 'Opened. The file is cut off: {{whole}} of its {{count}} levels are whole.',
  pictureShown: 'Showing level {{level}} at {{width}} by {{height}} pixels.',
  tileDrawn_one: 'Zoomed in: {{patches}} of {{count}} patch drawn again, at {{patchPx}} pixels.',
  tileDrawn_other:
    'Zoomed in: {{patches}} of {{count}} patches drawn again, at {{patchPx}} pixels each.',
} as const;
