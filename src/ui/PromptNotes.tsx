import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { manifestOf } from '../state/model-state';
import { correctWord, readPromptWords, type UnknownWord } from '../state/prompt-reading';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';

const QUOTED_COUNT = 4;

/** What the model makes of the prompt: tokens against the limit, and words it was never taught. */
export function PromptNotes({ id }: { id: string }) {
  const prompt = useStudio((state) => state.settings.prompt);
  const lexicon = useStudio((state) => state.lexicon);
  const findings = useMemo(
    () => (lexicon ? readPromptWords(lexicon, prompt) : null),
    [lexicon, prompt],
  );
  return (
    <div className="notes">
      <div id={id} className="notes__text">
        {findings && <Note findings={findings} />}
      </div>
      <TokenCount />
      {findings && <Corrections prompt={prompt} unknown={findings.unknown} />}
    </div>
  );
}

function Note({ findings }: { findings: ReturnType<typeof readPromptWords> }) {
  const { t } = useTranslation('prompts');
  const truncatedTokens = useStudio((state) => state.promptReading?.truncatedTokens ?? 0);
  if (truncatedTokens > 0) {
    return (
      <p className="notes__line notes__line--warning">
        <Icon name="warning" /> {t('truncated', { count: truncatedTokens })}
      </p>
    );
  }
  if (findings.isEmpty) return <p className="notes__line">{t('empty')}</p>;
  if (!findings.hasObject) return <p className="notes__line">{t('noObject')}</p>;
  if (findings.unknown.length === 0) return null;
  const unknown = findings.unknown.map((word) => word.written);
  return <p className="notes__line">{t('unknown', { words: quoted(t, unknown) })}</p>;
}

/** The first words in quotation marks, and how many more there are. */
function quoted(t: TFunction<'prompts'>, words: readonly string[]): string {
  const shown = words.slice(0, QUOTED_COUNT).map((word) => t('quoted', { word }));
  const count = words.length - shown.length;
  const list = shown.join(', ');
  return count > 0 ? t('andMore', { words: list, count }) : list;
}

function TokenCount() {
  const { t } = useTranslation('prompts');
  const reading = useStudio((state) => state.promptReading);
  const limit = useStudio((state) => manifestOf(state.model)?.config.maxTextTokens);
  if (!reading || limit === undefined) return null;
  const isTooLong = reading.truncatedTokens > 0;
  return (
    <span className={isTooLong ? 'notes__tokens notes__tokens--over' : 'notes__tokens'}>
      {t('tokens', { used: reading.tokenCount, limit })}
    </span>
  );
}

function Corrections({ prompt, unknown }: { prompt: string; unknown: readonly UnknownWord[] }) {
  const { t } = useTranslation('prompts');
  const { change } = useActions();
  const slips = unknown.filter((word) => word.nearest !== null).slice(0, 2);
  return slips.map((word) => (
    <Button
      key={word.word}
      className="text-button"
      onPress={() => change({ prompt: correctWord(prompt, word) })}
    >
      {t('correct', { word: word.nearest ?? '' })}
    </Button>
  ));
}
