import { useId, useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Suggestion } from '../state/prompt-suggestions';
import { MAX_PROMPT_LENGTH } from '../state/settings';
import { PromptNotes } from './PromptNotes';
import { useActions, useStudio } from './studio-context';
import { SuggestionBox } from './SuggestionBox';
import { useEarlierPrompts } from './use-earlier-prompts';
import { useSuggestions, type SuggestionList } from './use-suggestions';

/** The prompt: a text box that completes the model's own words. Enter generates, since a line break has no meaning here. */
export function PromptField() {
  const { t } = useTranslation('prompts');
  const prompt = useStudio((state) => state.settings.prompt);
  const { change, generate } = useActions();
  const list = useSuggestions();
  const recallPrompt = useEarlierPrompts();
  const id = useId();
  const { box, setCaret } = useGrowingBox(prompt);

  const take = (suggestion: Suggestion) => {
    const next = list.accept(prompt, suggestion);
    setCaret(next.caret);
    change({ prompt: next.text });
  };

  return (
    <div className="prompt">
      <label className="prompt__label" htmlFor={`${id}-box`}>
        {t('label')}
      </label>
      <div className="prompt__frame">
        <textarea
          {...FIXED_BOX_PROPS}
          id={`${id}-box`}
          placeholder={t('placeholder')}
          ref={box}
          value={prompt}
          aria-controls={`${id}-list`}
          aria-describedby={`${id}-help ${id}-notes`}
          aria-activedescendant={list.active >= 0 ? `${id}-option-${list.active}` : undefined}
          onChange={({ target }) => {
            const text = target.value.replaceAll(/[\r\n]+/g, ' ');
            change({ prompt: text });
            list.typed({ text, caret: target.selectionStart });
          }}
          onKeyDown={(event) => {
            if (!recallPrompt(event))
              onPromptKey(event, list, { take, generate: () => void generate() });
          }}
          onBlur={list.close}
        />
        <SuggestionBox id={id} list={list} onTake={take} />
      </div>
      <span id={`${id}-help`} className="visually-hidden">
        {t('help')}
      </span>
      <PromptNotes id={`${id}-notes`} />
    </div>
  );
}

const FIXED_BOX_PROPS = {
  className: 'prompt__box',
  // The model reads English, whatever the page speaks.
  lang: 'en',
  rows: 2,
  maxLength: MAX_PROMPT_LENGTH,
  spellCheck: false,
  autoCapitalize: 'off',
  autoComplete: 'off',
  enterKeyHint: 'go',
  'aria-autocomplete': 'list',
  'aria-haspopup': 'listbox',
} as const;

function onPromptKey(
  event: KeyboardEvent<HTMLTextAreaElement>,
  list: SuggestionList,
  act: { readonly take: (suggestion: Suggestion) => void; readonly generate: () => void },
): void {
  if (event.nativeEvent.isComposing) return;
  const isOpen = list.suggestions.length > 0;
  const active = list.suggestions[list.active];
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isOpen && isPlain && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    event.preventDefault();
    list.move(event.key === 'ArrowDown' ? 1 : -1);
  } else if (active && isPlain && (event.key === 'Enter' || event.key === 'Tab')) {
    event.preventDefault();
    act.take(active);
  } else if (isOpen && event.key === 'Escape') {
    // The page's own Escape stops a run; this one only closes the list.
    event.preventDefault();
    list.close();
  } else if (event.key === 'Enter' && isPlain) {
    event.preventDefault();
    list.close();
    act.generate();
  }
}

/** A box as high as its text, up to what the stylesheet allows, whose caret can be put somewhere after a change. */
function useGrowingBox(text: string): {
  box: RefObject<HTMLTextAreaElement | null>;
  setCaret: (caret: number) => void;
} {
  const box = useRef<HTMLTextAreaElement>(null);
  const caretToSet = useRef<number | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (caretToSet.current !== null) {
      element.focus();
      element.setSelectionRange(caretToSet.current, caretToSet.current);
      caretToSet.current = null;
    }
    element.style.blockSize = 'auto';
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [text]);
  return { box, setCaret: (caret) => (caretToSet.current = caret) };
}
