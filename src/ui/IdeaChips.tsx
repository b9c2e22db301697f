import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { manifestOf } from '../state/model-state';
import { inventPrompts } from '../state/prompt-suggestions';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';

const IDEA_COUNT = 4;
const INVENTED_COUNT = 24;
/** Two chips of this many letters share a row. */
const SHORT_NAME_LENGTH = 20;

/** Whole prompts in the model's words, to start from. Surprise me takes one and brings new ones. */
export function IdeaChips() {
  const { t } = useTranslation('prompts');
  const lexicon = useStudio((state) => state.lexicon);
  const isForClip = useStudio(
    ({ settings, model }) => settings.seconds !== null && !!manifestOf(model)?.config.video,
  );
  const { change } = useActions();
  const [round, setRound] = useState(0);
  const ideas = useMemo(
    () =>
      lexicon
        ? inventPrompts(lexicon, { count: INVENTED_COUNT, isForClip }, randomOfRound(round))
        : [],
    [isForClip, lexicon, round],
  );
  const [surprise, ...others] = ideas;
  const shown = others
    .filter((idea) => isForClip || ideaName(idea).length <= SHORT_NAME_LENGTH)
    .slice(0, IDEA_COUNT);
  // An empty group keeps the place of the chips until the model's words are known.
  if (surprise === undefined) return <div className="ideas" />;
  return (
    <div className="ideas" role="group" aria-label={t('ideas')}>
      <Button
        className="chip chip--accent"
        onPress={() => {
          change({ prompt: surprise });
          setRound((before) => before + 1);
        }}
      >
        <Icon name="dice" /> {t('surprise')}
      </Button>
      {shown.map((idea) => (
        <Button key={idea} className="chip" onPress={() => change({ prompt: idea })}>
          {ideaName(idea)}
        </Button>
      ))}
    </div>
  );
}

/** Short enough for two in a row; the prompt gets the whole idea. */
function ideaName(idea: string): string {
  return idea.replace(/ on an? (.+?) background/, ' on $1');
}

const visitSeed = Math.floor(Math.random() * 2 ** 31);

/** A small generator (Lehmer, modulus 2^31 - 1): rendering twice must give the same chips. */
function randomOfRound(round: number): () => number {
  let state = ((visitSeed + round * 7919) % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
