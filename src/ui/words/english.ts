/** Every sentence the page says, in English. Plain words; no sentence says what the page does not do. */
import { page } from './en/page';

export const english = { page } as const;
