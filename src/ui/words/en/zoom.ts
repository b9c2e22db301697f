/** Looking closer. */
export const zoom = {
  group: 'Zoom',
  in: 'Zoom in',
  out: 'Zoom out',
  percent: '{{percent}} %',
  fit: 'Fit',
  actual: 'Actual size',
  place: 'Picture at {{percent}} %. Arrow keys move it.',
} as const;
