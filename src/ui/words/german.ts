/** Every sentence the page says, in German. Fetched when it is wanted. */
import { page } from './de/page';
import type { english } from './english';
import type { Wording } from './wording';

export const german: Wording<typeof english> = { page };
