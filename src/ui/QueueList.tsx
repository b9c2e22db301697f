import { Button } from 'react-aria-components/Button';
import { promptOf, type QueuedRun } from '../state/queue-state';
import { Icon } from './icons';
import { queue as strings } from './strings-gallery';
import { useActions, useStudio } from './studio-context';

/** The runs that wait, in their order. */
export function QueueList() {
  const queue = useStudio((state) => state.queue);
  const isRunning = useStudio((state) => state.run !== null);
  const { clearQueue, drain } = useActions();
  if (queue.length === 0) return null;
  return (
    <section className="queue" aria-label={strings.heading(queue.length)}>
      <div className="field__head">
        <span className="field__label">{strings.heading(queue.length)}</span>
        <span className="queue__actions">
          {!isRunning && (
            <Button className="text-button" onPress={() => void drain()}>
              {strings.goOn}
            </Button>
          )}
          <Button className="text-button" onPress={clearQueue}>
            {strings.clear}
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
  const { removeQueued, moveQueued } = useActions();
  const name =
    run.kind === 'generate'
      ? strings.picture(promptOf(run), run.request.seed)
      : strings.finish(promptOf(run));
  return (
    <li className="queue__row">
      <span className="queue__name">{name}</span>
      <Button
        className="hint"
        aria-label={`${strings.sooner}: ${name}`}
        isDisabled={isFirst}
        onPress={() => moveQueued(run.queueId, -1)}
      >
        <Icon name="up" />
      </Button>
      <Button
        className="hint"
        aria-label={`${strings.remove}: ${name}`}
        onPress={() => removeQueued(run.queueId)}
      >
        <Icon name="discard" />
      </Button>
    </li>
  );
}
