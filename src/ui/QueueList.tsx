import type { TFunction } from 'i18next';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { promptOf, type QueuedRun } from '../state/queue-state';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';

/** The runs that wait, in their order. */
export function QueueList() {
  const { t } = useTranslation('runs');
  const queue = useStudio((state) => state.queue);
  const isRunning = useStudio((state) => state.run !== null);
  const { clearQueue, drain } = useActions();
  if (queue.length === 0) return null;
  return (
    <section className="queue" aria-label={t('queue.heading', { count: queue.length })}>
      <div className="field__head">
        <span className="field__label">{t('queue.heading', { count: queue.length })}</span>
        <span className="queue__actions">
          {!isRunning && (
            <Button className="text-button" onPress={() => void drain()}>
              {t('queue.goOn')}
            </Button>
          )}
          <Button className="text-button" onPress={clearQueue}>
            {t('queue.clear')}
          </Button>
        </span>
      </div>
      <ol className="queue__list">
        {queue.map((run, index) => (
          <QueueRow key={run.queueId} run={run} isFirst={index === 0} />
        ))}
      </ol>
    </section>
  );
}

function QueueRow({ run, isFirst }: { readonly run: QueuedRun; readonly isFirst: boolean }) {
  const { t } = useTranslation('runs');
  const { removeQueued, moveQueued } = useActions();
  const name = nameOf(t, run);
  return (
    <li className="queue__row">
      <span className="queue__name">{name}</span>
      <Button
        className="hint"
        aria-label={t('queue.sooner', { name })}
        isDisabled={isFirst}
        onPress={() => moveQueued(run.queueId, -1)}
      >
        <Icon name="up" />
      </Button>
      <Button
        className="hint"
        aria-label={t('queue.remove', { name })}
        onPress={() => removeQueued(run.queueId)}
      >
        <Icon name="discard" />
      </Button>
    </li>
  );
}

function nameOf(t: TFunction<'runs'>, run: QueuedRun): string {
  const prompt = promptOf(run);
  if (run.kind === 'finish')
    return prompt === '' ? t('queue.finishNoPrompt') : t('queue.finish', { prompt });
  return t('queue.picture', { prompt: prompt || t('queue.noPrompt'), seed: run.request.seed });
}
