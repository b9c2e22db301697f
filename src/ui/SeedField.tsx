import { useId, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { useTranslation } from 'react-i18next';
import { isSeed } from '../state/settings';
import { Hint } from './Hint';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';
import { useCopied } from './use-copied';

/** The seed of the next picture: shown, edited, stepped, rolled, locked, copied. */
export function SeedField() {
  const seed = useStudio((state) => state.settings.seed);
  const isLocked = useStudio((state) => state.settings.isSeedLocked);
  const { change, rollSeed, shiftSeed } = useActions();
  const { t } = useTranslation('settings');
  return (
    <div className="seed">
      <div className="field__head">
        <label className="field__label" htmlFor="seed">
          {t('seed.label')}
        </label>
        <Hint about={t('seed.label')}>{t('seed.help')}</Hint>
        <span className="field__value">{isLocked ? t('seed.lock') : t('seed.unlock')}</span>
      </div>
      <div className="seed__row">
        <Button className="icon-button" aria-label={t('seed.down')} onPress={() => shiftSeed(-1n)}>
          <Icon name="remove" />
        </Button>
        <SeedInput key={seed} seed={seed} />
        <Button className="icon-button" aria-label={t('seed.up')} onPress={() => shiftSeed(1n)}>
          <Icon name="add" />
        </Button>
        <Button className="icon-button" aria-label={t('seed.roll')} onPress={rollSeed}>
          <Icon name="dice" />
        </Button>
        <ToggleButton
          className="icon-button"
          aria-label={t('seed.lock')}
          isSelected={isLocked}
          onChange={(isSeedLocked) => change({ isSeedLocked })}
        >
          <Icon name={isLocked ? 'lock' : 'unlock'} />
        </ToggleButton>
        <CopySeed seed={seed} />
      </div>
    </div>
  );
}

/** What is typed counts as soon as it is a seed; until then it is marked. Remounted when the seed changes elsewhere. */
function SeedInput({ seed }: { seed: string }) {
  const { t } = useTranslation('settings');
  const [typed, setTyped] = useState(seed);
  const { change } = useActions();
  const problemId = useId();
  const isValid = isSeed(typed);
  const commit = () => {
    if (isValid && typed.trim() !== seed) change({ seed: typed.trim() });
  };
  return (
    <span className="seed__input">
      <input
        id="seed"
        className="input"
        value={typed}
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        maxLength={41}
        aria-invalid={!isValid}
        aria-describedby={isValid ? undefined : problemId}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
      {!isValid && (
        <span id={problemId} className="seed__problem" role="alert">
          {t('seed.invalid')}
        </span>
      )}
    </span>
  );
}

function CopySeed({ seed }: { seed: string }) {
  const { t } = useTranslation('settings');
  const { isCopied, copy } = useCopied(() => navigator.clipboard.writeText(seed));
  return (
    <Button
      className="icon-button"
      aria-label={isCopied ? t('seed.copied') : t('seed.copy')}
      onPress={() => {
        // A browser may refuse the clipboard; the seed is selectable beside the button.
        copy().catch(() => undefined);
      }}
    >
      <Icon name={isCopied ? 'check' : 'copy'} />
    </Button>
  );
}
