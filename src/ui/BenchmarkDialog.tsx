import { Button } from 'react-aria-components/Button';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { useTranslation } from 'react-i18next';
import { dependencies, version } from '../../package.json';
import { BENCHMARK_JOB, BENCHMARK_RUNS } from '../state/benchmark/benchmark-report';
import type { BenchmarkState } from '../state/benchmark/benchmark-state';
import { BenchmarkTable } from './BenchmarkTable';
import { DialogFrame } from './DialogFrame';
import { Icon } from './icons';
import type { LazyDialogProps } from './lazy-dialog';
import { useActions, useStudio } from './studio-context';

/** Measures the model on this machine. Closing it ends the measurement. */
export function BenchmarkDialog({ onClose }: LazyDialogProps) {
  const { t } = useTranslation('benchmarks');
  const benchmark = useStudio((state) => state.benchmark);
  const { cancelBenchmark } = useActions();
  return (
    <DialogFrame
      title={t('heading')}
      isOpen
      onClose={() => {
        cancelBenchmark();
        onClose();
      }}
    >
      <p>{t('lead', { runs: BENCHMARK_RUNS, steps: BENCHMARK_JOB.steps })}</p>
      <p>{t('honest')}</p>
      {benchmark?.status === 'failed' && (
        <p role="alert">{t('failed', { message: benchmark.message })}</p>
      )}
      {benchmark?.status === 'done' && <BenchmarkTable report={benchmark.report} />}
      {benchmark?.status === 'running' ? <Running {...benchmark} /> : <Start />}
    </DialogFrame>
  );
}

function Running({ done, of }: Extract<BenchmarkState, { status: 'running' }>) {
  const { t } = useTranslation('benchmarks');
  const { cancelBenchmark } = useActions();
  const text = t('progress', { number: done + 1, of });
  return (
    <>
      <ProgressBar className="meter" aria-label={t('heading')} value={done} maxValue={of}>
        {({ percentage }) => (
          <span className="meter__rail">
            <span className="meter__fill" style={{ inlineSize: `${percentage ?? 0}%` }} />
          </span>
        )}
      </ProgressBar>
      <p role="status">{text}</p>
      <div className="card__actions">
        <Button className="button" onPress={cancelBenchmark}>
          <Icon name="discard" /> {t('cancel')}
        </Button>
      </div>
    </>
  );
}

function Start() {
  const { t } = useTranslation('benchmarks');
  const isReady = useStudio((state) => state.model.status === 'ready');
  const isRunning = useStudio((state) => state.run !== null);
  const isDone = useStudio((state) => state.benchmark?.status === 'done');
  const { startBenchmark } = useActions();
  return (
    <>
      {isRunning && <p>{t('busy')}</p>}
      {!isReady && <p>{t('notReady')}</p>}
      <div className="card__actions">
        <Button
          className="button"
          isDisabled={!isReady || isRunning}
          onPress={() => void startBenchmark(environment())}
        >
          <Icon name="play" /> {isDone ? t('again') : t('start')}
        </Button>
      </div>
    </>
  );
}

function environment() {
  return {
    studio: version,
    runtime: `onnxruntime-web ${dependencies['onnxruntime-web']}`,
    browser: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
  };
}
