import { useTranslation } from 'react-i18next';
import type { LevelTimings, RunTimings } from '../contract/engine';
import { formatMs } from './format';
import { useStudio } from './studio-context';

/** Where the time of the picture went: a bar for the text and for every level, to one scale. */
export function RunTimingsChart() {
  const { t } = useTranslation('hood');
  const timings = useStudio((state) => state.picture?.timings);
  if (!timings || timings.length === 0) return null;
  const levels = timings.flatMap((run) => run.levels);
  const textMs = sum(timings, (run) => run.textMs);
  const totalMs = sum(timings, (run) => run.totalMs);
  const longestMs = Math.max(textMs, ...levels.map(levelMs), 1);
  return (
    <section className="timings" aria-label={t('lastRun')}>
      <h3 className="subheading">{t('lastRun')}</h3>
      <p className="timings__legend" aria-hidden="true">
        <span className="key key--sampler" /> {t('sampler')}
        <span className="key key--context" /> {t('context')}
        <span className="key key--preview" /> {t('preview')}
      </p>
      <dl className="timings__rows">
        <TimingRow name={t('text')} ms={textMs} note="" longestMs={longestMs}>
          {[{ kind: 'context', ms: textMs }]}
        </TimingRow>
        {levels.map((level) => (
          <TimingRow
            key={level.level}
            name={t('level', { level: level.level })}
            ms={levelMs(level)}
            note={t('perStep', {
              duration: formatMs(level.samplerMs / Math.max(1, level.samplerCalls)),
            })}
            longestMs={longestMs}
          >
            {[
              { kind: 'sampler', ms: level.samplerMs },
              { kind: 'context', ms: level.contextMs },
              { kind: 'preview', ms: level.previewMs },
            ]}
          </TimingRow>
        ))}
        <TimingRow name={t('total')} ms={totalMs} note="" longestMs={longestMs}>
          {[]}
        </TimingRow>
      </dl>
    </section>
  );
}

function TimingRow(props: {
  name: string;
  ms: number;
  note: string;
  longestMs: number;
  children: readonly { readonly kind: string; readonly ms: number }[];
}) {
  const { name, ms, note, longestMs, children } = props;
  return (
    <div className="timings__row">
      <dt>{name}</dt>
      <dd>
        <span className="timings__bar">
          {children.map((part) => (
            <span
              key={part.kind}
              className={`timings__part key--${part.kind}`}
              style={{ inlineSize: `${(part.ms / longestMs) * 100}%` }}
            />
          ))}
        </span>
        <span className="timings__ms">{formatMs(ms)}</span>
        {note !== '' && <span className="timings__note">{note}</span>}
      </dd>
    </div>
  );
}

function levelMs(level: LevelTimings): number {
  return level.samplerMs + level.contextMs + level.previewMs;
}

function sum(timings: readonly RunTimings[], of: (run: RunTimings) => number): number {
  return timings.reduce((total, run) => total + of(run), 0);
}
