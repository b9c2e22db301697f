import type { TFunction } from 'i18next';
import { useLayoutEffect, useRef } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import type { StopWhen } from '../contract/engine';
import { runFraction } from '../state/run-state';
import { percentOf } from './format';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';
import { commandKey } from './use-shortcuts';

/** Generate, stop, discard, continue: one clear set at a time, each with what it does. */
export function RunActions() {
  const primary = useRef<HTMLButtonElement>(null);
  const isRunning = useStudio((state) => state.run !== null);
  useFocusAfterRun(primary, isRunning);
  return (
    <div className="run-actions">
      <GenerateButton buttonRef={primary} />
      {isRunning ? <RunningActions /> : <ContinueAction />}
    </div>
  );
}

function GenerateButton({ buttonRef }: { buttonRef: React.RefObject<HTMLButtonElement | null> }) {
  const { t } = useTranslation('runs');
  const { t: tPage } = useTranslation('page');
  const percent = useStudio((state) => (state.run ? percentOf(runFraction(state.run)) : null));
  const isWaiting = useStudio((state) => state.isGenerateWaiting);
  const isFailed = useStudio((state) => state.model.status === 'failed');
  const { generate } = useActions();
  const isBusy = percent !== null || isWaiting;
  return (
    <Button
      ref={buttonRef}
      className="button button--primary"
      isPending={isBusy}
      isDisabled={isFailed}
      onPress={() => void generate()}
    >
      <span className="button__fill" style={{ inlineSize: `${percent ?? 0}%` }} />
      <span className="button__face">
        {percent !== null ? (
          <>
            <span className="button__word">{t('generating')}</span>
            {t('percent', { percent })}
          </>
        ) : isWaiting ? (
          t('generateWaiting')
        ) : (
          <>
            <Icon name="generate" /> {t('generate')}
            <kbd className="keys">{`${commandKey(tPage)} ${tPage('keys.enter')}`}</kbd>
          </>
        )}
      </span>
    </Button>
  );
}

function RunningActions() {
  const { t } = useTranslation('runs');
  const levelsDone = useStudio((state) => state.run?.levelsDone ?? 0);
  const when = useStudio((state) => state.run?.stopWhen ?? null);
  const isCancelling = useStudio((state) => state.run?.isCancelling ?? false);
  const { stop, discard, enqueue } = useActions();
  return (
    <>
      <div className="run-actions__pair">
        <Button className="button" isDisabled={isCancelling} onPress={() => void stop()}>
          <Icon name="stop" /> {when === null ? t('stop') : t('stopping')}
        </Button>
        <Button className="button" isDisabled={isCancelling} onPress={discard}>
          <Icon name="discard" /> {t('discard')}
        </Button>
        <Button className="button" onPress={() => void enqueue()}>
          <Icon name="add" /> {t('addToQueue')}
        </Button>
      </div>
      <p className="run-actions__help">{stopHelp(t, levelsDone, when)}</p>
    </>
  );
}

/** What Stop and Discard do now. */
function stopHelp(t: TFunction<'runs'>, levelsDone: number, when: StopWhen | null): string {
  if (when === 'after-level') return t('stopHelp.waiting');
  if (levelsDone === 0) return t('stopHelp.noLevel');
  return t('stopHelp.levels', { count: levelsDone });
}

function ContinueAction() {
  const { t } = useTranslation('runs');
  const picture = useStudio((state) => state.picture);
  const isWaiting = useStudio((state) => state.isGenerateWaiting);
  const { continueTo, discard } = useActions();
  if (isWaiting) {
    return (
      <Button className="button" onPress={discard}>
        <Icon name="discard" /> {t('waitingCancel')}
      </Button>
    );
  }
  if (!picture || picture.levelsDone >= picture.levelsMax) return null;
  return (
    <>
      <Button className="button" onPress={() => void continueTo(picture.levelsMax)}>
        <Icon name="add" /> {t('continueTo', { level: picture.levelsMax })}
      </Button>
      <p className="run-actions__help">{t('continueHelp', { count: picture.levelsDone })}</p>
    </>
  );
}

/** Stop and Discard go away with the run; whoever stood on them with the keyboard is put on Generate. */
function useFocusAfterRun(
  target: React.RefObject<HTMLButtonElement | null>,
  isRunning: boolean,
): void {
  const wasRunning = useRef(isRunning);
  useLayoutEffect(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (wasRunning.current && !isRunning && isLost) target.current?.focus({ preventScroll: true });
    wasRunning.current = isRunning;
  }, [isRunning, target]);
}
