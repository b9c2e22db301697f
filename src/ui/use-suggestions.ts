import { useMemo, useState } from 'react';
import {
  acceptSuggestion,
  suggest,
  type Suggestion,
  type TextWithCaret,
} from '../state/prompt-suggestions';
import { useStudio } from './studio-context';

/** The list under the prompt: what is in it, which entry is active, and what keys and typing do to it. */
export interface SuggestionList {
  readonly suggestions: readonly Suggestion[];
  /** The entry that Enter would take; -1 for none. */
  readonly active: number;
  /** The user typed, or moved the caret. */
  readonly typed: (typed: TextWithCaret) => void;
  readonly move: (by: 1 | -1) => void;
  readonly close: () => void;
  /** The prompt with an entry taken. */
  readonly accept: (text: string, suggestion: Suggestion) => TextWithCaret;
}

const CLOSED = { typed: null, active: -1 };

/** Completions of the word being typed. They open by typing only, so that they never cover what was not asked about. */
export function useSuggestions(): SuggestionList {
  const lexicon = useStudio((state) => state.lexicon);
  const [{ typed, active }, setState] = useState<{ typed: TextWithCaret | null; active: number }>(
    CLOSED,
  );
  const suggestions = useMemo(
    () => (lexicon && typed ? suggest(lexicon, typed) : []),
    [lexicon, typed],
  );
  return {
    suggestions,
    active,
    typed: (next) => setState({ typed: next, active: -1 }),
    move: (by) => {
      // One more place than entries: beyond either end nothing is active and Enter generates.
      const places = suggestions.length + 1;
      setState({ typed, active: ((active + 1 + by + places) % places) - 1 });
    },
    close: () => setState(CLOSED),
    accept: (text, suggestion) => {
      setState(CLOSED);
      return acceptSuggestion(text, suggestion);
    },
  };
}
