import { useEffect, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import type { ReadyModel } from '../state/model-state';
import { bundleBytes } from '../state/model-state';
import { formatMs } from './format';
import { Hint } from './Hint';
import { hood as strings } from './strings-panels';
import { useActions, useStudio } from './studio-context';

/** Facts about the loaded engine, one a line. */
export function HoodFacts() {
  const model = useStudio((state) => state.model);
  const counters = useStudio((state) => state.counters);
  const memoryNotes = useStudio((state) => state.memoryNotes);
  const redecodeMs = useStudio((state) => state.drawn?.elapsedMs ?? null);
  if (model.status !== 'ready') return null;
  return (
    <dl className="facts">
      <EngineFacts model={model} />
      {redecodeMs !== null && <Fact name={strings.redecode}>{formatMs(redecodeMs)}</Fact>}
      {counters && (
        <>
          <Fact name={strings.memory}>
            {strings.memoryOf(counters.cacheBytes, counters.memoryBudgetBytes)}
          </Fact>
          <Fact name={strings.readbacks} help={strings.readbacksHelp}>
            {counters.readbacks}
          </Fact>
        </>
      )}
      <KeptModels />
      {memoryNotes.length > 0 && (
        <Fact name={strings.memoryNotes}>{memoryNotes[memoryNotes.length - 1]}</Fact>
      )}
    </dl>
  );
}

function EngineFacts({ model }: { model: ReadyModel }) {
  const { t } = useTranslation('page');
  const { info, downloadedBytes, cachedBytes, loadMs, cacheProblem } = model;
  const sources = [
    downloadedBytes > 0 ? strings.fromNetwork(downloadedBytes) : '',
    cachedBytes > 0 ? strings.fromCache(cachedBytes) : '',
  ].filter((text) => text !== '');
  return (
    <>
      <Fact name={strings.runsOn}>{t(`backends.${info.backend}`)}</Fact>
      {info.adapter !== null && <Fact name={strings.adapter}>{info.adapter}</Fact>}
      {info.whyNotWebGpu !== null && <Fact name={strings.whyNotWebGpu}>{info.whyNotWebGpu}</Fact>}
      {info.runtimeBuild !== null && <Fact name={strings.runtime}>{info.runtimeBuild}</Fact>}
      <Fact name={strings.threads}>{info.threads}</Fact>
      <Fact name={strings.model}>{info.manifest.name}</Fact>
      <Fact name={strings.modelSize}>{strings.size(bundleBytes(info.manifest))}</Fact>
      {sources.length > 0 && <Fact name={strings.loadedFrom}>{sources.join(', ')}</Fact>}
      <Fact name={strings.loadedIn}>{formatMs(loadMs)}</Fact>
      {cacheProblem !== null && <Fact name={strings.cacheProblem}>{cacheProblem}</Fact>}
    </>
  );
}

/** The model files that the browser keeps, and the way to get their room back. */
function KeptModels() {
  const models = useStudio((state) => state.keptModels);
  const { listModels, removeModel } = useActions();
  useEffect(() => void listModels(), [listModels]);
  return models.map(({ bundleUrl, sizeBytes }) => {
    const name = strings.modelName(bundleUrl);
    return (
      <Fact key={bundleUrl} name={strings.keptModel} help={strings.keptModelHelp}>
        {strings.keptSize(name, sizeBytes)}{' '}
        <Button
          className="text-button"
          aria-label={strings.deleteModel(name)}
          onPress={() => void removeModel(bundleUrl)}
        >
          {strings.delete}
        </Button>
      </Fact>
    );
  });
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
