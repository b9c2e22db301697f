import { useTranslation } from 'react-i18next';
import type { Suggestion } from '../state/prompt-suggestions';
import type { SuggestionList } from './use-suggestions';

/** The open list of completions under the prompt. The prompt keeps the focus; `aria-activedescendant` points in here. */
export function SuggestionBox(props: {
  readonly id: string;
  readonly list: SuggestionList;
  readonly onTake: (suggestion: Suggestion) => void;
}) {
  const { t } = useTranslation('prompts');
  const { id, list, onTake } = props;
  const count = list.suggestions.length;
  return (
    <>
      <ul
        id={`${id}-list`}
        className="suggestions"
        role="listbox"
        aria-label={t('suggestions')}
        hidden={count === 0}
      >
        {list.suggestions.map((suggestion, index) => (
          <li
            key={suggestion.insert}
            id={`${id}-option-${index}`}
            className="suggestions__item"
            role="option"
            aria-selected={index === list.active}
            // Before blur, so that the box keeps the focus and the list is still there to be clicked.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onTake(suggestion)}
          >
            <span lang="en">{suggestion.insert}</span>
            <span className="suggestions__kind">{t(`kinds.${suggestion.kind}`)}</span>
          </li>
        ))}
      </ul>
      <span className="visually-hidden" role="status">
        {count > 0 && list.active < 0 ? t('suggestionCount', { count }) : ''}
      </span>
    </>
  );
}
