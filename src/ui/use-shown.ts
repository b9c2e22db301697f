import { useShallow } from 'zustand/react/shallow';
import { shownOf, type Shown } from '../state/shown';
import { useStudio } from './studio-context';

/** What the stage shows: a growing picture, or a redecoded one; null while there is neither. */
export function useShown(): Shown | null {
  return useStudio(useShallow(shownOf));
}
