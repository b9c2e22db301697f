import type { models as english } from '../en/models';
import type { Wording } from '../wording';

export const models: Wording<typeof english> = {
  newVersion: 'Eine neue Version liegt bereit.',
  reload: 'Neu laden',
};
