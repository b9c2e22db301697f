import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { frameAt, timeAfter } from '../state/clip-state';
import { clipOf, type OutputCell, type Outputs } from '../state/outputs-state';
import { Icon } from './icons';
import { PixelCanvas } from './PixelCanvas';

/** All ways that are chosen, as far as they are drawn; clips play side by side, each at its own rate. */
export function OutputsTable({ outputs }: { readonly outputs: Outputs }) {
  const { t } = useTranslation('compare');
  const [isPlaying, setPlaying] = useState(
    () => !matchMedia('(prefers-reduced-motion: reduce)').matches,
  );
  const { cells, sizesPx, fps } = outputs;
  const timeS = useTimeIn(outputs, isPlaying && fps !== null);
  const levels = [...new Set(cells.map((cell) => cell.levels))];
  return (
    <>
      {fps && <PlayButton isPlaying={isPlaying} onPress={() => setPlaying(!isPlaying)} />}
      <div className="outputs__scroll">
        <table className={fps ? 'outputs outputs--clips' : 'outputs'}>
          <thead>
            <tr>
              <td />
              {sizesPx.map((sizePx) => (
                <th key={sizePx} scope="colgroup" colSpan={fps?.length ?? 1}>
                  {t('outputs.size', { size: sizePx })}
                </th>
              ))}
            </tr>
            {fps && <RatesHead sizesPx={sizesPx} fps={fps} />}
          </thead>
          <tbody>
            {levels.map((level) => (
              <tr key={level}>
                <th scope="row">{t('outputs.level', { level })}</th>
                {cells
                  .filter((cell) => cell.levels === level)
                  .map((cell) => (
                    <td key={`${cell.sizePx} ${cell.fps ?? ''}`}>
                      <OutputPicture outputs={outputs} cell={cell} timeS={timeS} />
                    </td>
                  ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function RatesHead(props: {
  readonly sizesPx: readonly number[];
  readonly fps: readonly number[];
}) {
  const { t } = useTranslation('compare');
  return (
    <tr>
      <td />
      {props.sizesPx.flatMap((sizePx) =>
        props.fps.map((fps) => (
          <th key={`${sizePx} ${fps}`} scope="col">
            {t('outputs.fps', { fps })}
          </th>
        )),
      )}
    </tr>
  );
}

function PlayButton(props: { readonly isPlaying: boolean; readonly onPress: () => void }) {
  const { t } = useTranslation('clips');
  const { isPlaying, onPress } = props;
  return (
    <Button className="button outputs__play" onPress={onPress}>
      <Icon name={isPlaying ? 'pause' : 'play'} /> {t(isPlaying ? 'pause' : 'play')}
    </Button>
  );
}

function OutputPicture(props: {
  readonly outputs: Outputs;
  readonly cell: OutputCell;
  readonly timeS: number;
}) {
  const { outputs, cell, timeS } = props;
  const { t } = useTranslation('compare');
  const clip = clipOf(outputs, cell);
  const pixels = cell.frames[clip ? frameAt(clip, timeS) : 0];
  if (!pixels) return <span className="outputs__cell outputs__cell--waiting" />;
  const { width, height } = pixels;
  const named = { level: cell.levels, width, height };
  return (
    <PixelCanvas
      pixels={pixels}
      className="outputs__cell"
      label={
        cell.fps === null
          ? t('outputs.cell', named)
          : t('outputs.cellClip', { ...named, fps: cell.fps })
      }
    />
  );
}

/** Seconds into the clip, going round while it plays. */
function useTimeIn({ grid: { gt }, kt }: Outputs, isPlaying: boolean): number {
  const [timeS, setTimeS] = useState(0);
  useEffect(() => {
    if (!isPlaying) return;
    const length = { frameCount: gt, fps: kt };
    let beforeMs = performance.now();
    let handle = requestAnimationFrame(function tick(nowMs) {
      const byS = Math.max(0, nowMs - beforeMs) / 1000;
      setTimeS((now) => timeAfter(length, now, byS));
      beforeMs = nowMs;
      handle = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(handle);
  }, [gt, kt, isPlaying]);
  return timeS;
}
