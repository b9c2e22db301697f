/** Models that are known here, and versions of the page. */
export const models = {
  newVersion: 'A new version is ready.',
  reload: 'Reload',
} as const;
