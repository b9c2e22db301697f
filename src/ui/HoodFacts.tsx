import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReadyModel } from '../state/model-state';
import { bundleBytes } from '../state/model-state';
import { formatBytes, formatMs } from './format';
import { Hint } from './Hint';
import { useStudio } from './studio-context';

/** Facts about the loaded engine, one a line. */
export function HoodFacts() {
  const { t } = useTranslation('hood');
  const model = useStudio((state) => state.model);
  const counters = useStudio((state) => state.counters);
  const memoryNotes = useStudio((state) => state.memoryNotes);
  const redecodeMs = useStudio((state) => state.drawn?.elapsedMs ?? null);
  if (model.status !== 'ready') return null;
  return (
    <dl className="facts">
      <EngineFacts model={model} />
      {redecodeMs !== null && <Fact name={t('redecode')}>{formatMs(redecodeMs)}</Fact>}
      {counters && (
        <>
          <Fact name={t('memory')}>
            {t('memoryOf', {
              used: formatBytes(counters.cacheBytes),
              budget: formatBytes(counters.memoryBudgetBytes),
            })}
          </Fact>
          <Fact name={t('readbacks')} help={t('readbacksHelp')}>
            {counters.readbacks}
          </Fact>
        </>
      )}
      {memoryNotes.length > 0 && (
        <Fact name={t('memoryNotes')}>{memoryNotes[memoryNotes.length - 1]}</Fact>
      )}
    </dl>
  );
}

function EngineFacts({ model }: { model: ReadyModel }) {
  const { t } = useTranslation(['hood', 'page']);
  const { info, downloadedBytes, cachedBytes, loadMs, cacheProblem } = model;
  const sources = [
    downloadedBytes > 0 ? t('fromNetwork', { size: formatBytes(downloadedBytes) }) : '',
    cachedBytes > 0 ? t('fromCache', { size: formatBytes(cachedBytes) }) : '',
  ].filter((text) => text !== '');
  return (
    <>
      <Fact name={t('runsOn')}>{t(`page:backends.${info.backend}`)}</Fact>
      {info.adapter !== null && <Fact name={t('adapter')}>{info.adapter}</Fact>}
      {info.whyNotWebGpu !== null && <Fact name={t('whyNotWebGpu')}>{info.whyNotWebGpu}</Fact>}
      {info.runtimeBuild !== null && <Fact name={t('runtime')}>{info.runtimeBuild}</Fact>}
      <Fact name={t('threads')}>{info.threads}</Fact>
      <Fact name={t('model')}>{info.manifest.name}</Fact>
      <Fact name={t('modelSize')}>{formatBytes(bundleBytes(info.manifest))}</Fact>
      {sources.length > 0 && <Fact name={t('loadedFrom')}>{sources.join(', ')}</Fact>}
      <Fact name={t('loadedIn')}>{formatMs(loadMs)}</Fact>
      {cacheProblem !== null && <Fact name={t('cacheProblem')}>{cacheProblem}</Fact>}
    </>
  );
}

function Fact({ name, help, children }: { name: string; help?: string; children: ReactNode }) {
  return (
    <div className="facts__row">
      <dt>
        {name}
        {help !== undefined && <Hint about={name}>{help}</Hint>}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
