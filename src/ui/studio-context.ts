/** The store, for the components below `StudioProvider`. */
import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { StudioActions, StudioState, StudioStore } from '../state/studio-state';

/** Holds the one store of the page. */
export const StudioStoreContext = createContext<StudioStore | null>(null);

/** The store itself, for what is read when something happens and shows nothing. */
export function useStudioStore(): StudioStore {
  const store = use(StudioStoreContext);
  // eslint-disable-next-line no-restricted-syntax -- said to whoever writes the page, in the console
  if (store === null) throw new Error('This component has to stand inside a StudioStoreContext.');
  return store;
}

/** A part of the state; the component renders again when that part changes. */
export function useStudio<T>(select: (state: StudioState) => T): T {
  return useStore(useStudioStore(), select);
}

/** The actions, which never change. */
export function useActions(): StudioActions {
  return useStudio((state) => state.actions);
}
