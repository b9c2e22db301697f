import { useEffect } from 'react';
import { Button } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Heading } from 'react-aria-components/Heading';
import { useTranslation } from 'react-i18next';
import { BenchmarkButton } from './BenchmarkButton';
import { GraphTable } from './GraphTable';
import { HoodFacts } from './HoodFacts';
import { Icon } from './icons';
import { RunTimingsChart } from './RunTimingsChart';
import { useActions, useStudio } from './studio-context';

/** Where the model runs, what it took and where the time went. */
export function UnderTheHood() {
  const { t } = useTranslation('hood');
  const isOpen = useStudio((state) => state.settings.isHoodOpen);
  const isReady = useStudio((state) => state.model.status === 'ready');
  const { change } = useActions();
  useFreshCounters(isOpen);
  return (
    <Disclosure
      className="hood"
      isExpanded={isOpen}
      onExpandedChange={(isHoodOpen) => change({ isHoodOpen })}
    >
      <Heading className="settings__heading">
        <Button slot="trigger" className="settings__trigger">
          <span className="section-title">{t('heading')}</span>
          <BackendSummary />
          <Icon name="chevron" />
        </Button>
      </Heading>
      <DisclosurePanel className="settings__panel">
        {isReady ? (
          <div className="hood__body">
            <HoodFacts />
            <RunTimingsChart />
            <GraphTable />
            <BenchmarkButton />
          </div>
        ) : (
          <p className="notes__line">{t('empty')}</p>
        )}
      </DisclosurePanel>
    </Disclosure>
  );
}

function BackendSummary() {
  const summary = useStudio(({ model }) =>
    model.status === 'ready' ? (model.info.adapter ?? model.info.backend.toUpperCase()) : '',
  );
  return <span className="settings__summary">{summary}</span>;
}

/** Counters are asked for when something has just ended, never while a run is at work. */
function useFreshCounters(isOpen: boolean): void {
  const { refreshCounters } = useActions();
  const isIdle = useStudio(
    ({ model, run, isDecoding }) => model.status === 'ready' && run === null && !isDecoding,
  );
  useEffect(() => {
    // A failure here is the same as one of the engine, which every other action reports.
    if (isOpen && isIdle) refreshCounters().catch(() => undefined);
  }, [isOpen, isIdle, refreshCounters]);
}
