import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pixels } from '../../contract/engine';
import { levelsMap } from '../../state/lab/lab-maps';
import { patchesOfFrame, type Lab } from '../../state/lab/lab-state';
import { PixelCanvas } from '../PixelCanvas';
import { useActions, useStudio } from '../studio-context';

/** How many levels each patch has, over the picture; painted with a pointer or by keys. */
export function LabBrush({ lab, rebuilt }: { readonly lab: Lab; readonly rebuilt: Pixels }) {
  const { grid, levelsMax, result } = lab;
  const [from, to] = patchesOfFrame(lab);
  const counts = result?.counts.slice(from, to) ?? [];
  return (
    <>
      <PixelCanvas pixels={rebuilt} className="lab__pixels" />
      <PixelCanvas pixels={levelsMap(counts, grid, levelsMax)} className="lab__heat" />
      <Patches grid={grid} counts={counts} strokes={lab.choice.strokes.slice(from, to)} />
    </>
  );
}

function Patches(props: {
  readonly grid: Lab['grid'];
  readonly counts: readonly number[];
  readonly strokes: readonly number[];
}) {
  const { t } = useTranslation('lab');
  const { paintLab } = useActions();
  const by = useStudio((state) => state.labBrush);
  const { grid, counts, strokes } = props;
  const [cell, setCell] = useState<number | null>(null);
  const stroke = useStroke(grid, (patches) => paintLab(patches, by));
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = MOVES[event.key];
    if (event.key === '+' || event.key === '=') paintLab([cell ?? 0], 1);
    else if (event.key === '-') paintLab([cell ?? 0], -1);
    else if (move) setCell(moved(cell ?? 0, grid, move));
    else return;
    event.preventDefault();
    event.stopPropagation(); // the page has keys of its own
  };
  const place = cell !== null && {
    row: Math.floor(cell / grid.gw) + 1,
    column: (cell % grid.gw) + 1,
  };
  return (
    <>
      <div
        className="lab__patches"
        style={{ '--columns': grid.gw }}
        role="application"
        aria-label={t('brush.area')}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => setCell((known) => known ?? 0)}
        onBlur={() => setCell(null)}
        {...stroke.handlers}
      >
        <Cells
          counts={counts}
          isPainted={(patch) => strokes[patch] !== 0 || stroke.touched.has(patch)}
          current={cell}
        />
      </div>
      <span className="visually-hidden" aria-live="polite">
        {place && `${t('brush.at', place)}: ${t('brush.levels', { count: counts[cell] ?? 0 })}`}
      </span>
    </>
  );
}

function Cells(props: {
  readonly counts: readonly number[];
  readonly isPainted: (patch: number) => boolean;
  readonly current: number | null;
}) {
  const { counts, isPainted, current } = props;
  return counts.map((count, patch) => (
    <span
      key={patch}
      className="lab__patch"
      data-painted={isPainted(patch)}
      data-current={current === patch}
    >
      {count}
    </span>
  ));
}

const MOVES: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function moved(
  cell: number,
  { gh, gw }: Lab['grid'],
  [down, right]: readonly [number, number],
): number {
  const row = Math.max(0, Math.min(Math.floor(cell / gw) + down, gh - 1));
  const column = Math.max(0, Math.min((cell % gw) + right, gw - 1));
  return row * gw + column;
}

/** Gathers the patches that a pointer passes over while it is down; each counts once. */
function useStroke({ gh, gw }: Lab['grid'], onEnd: (patches: readonly number[]) => void) {
  const [touched, setTouched] = useState<ReadonlySet<number>>(new Set());
  const isDown = useRef(false);
  const touch = (event: PointerEvent<HTMLElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * gh);
    const column = Math.floor(((event.clientX - box.left) / box.width) * gw);
    if (row < 0 || row >= gh || column < 0 || column >= gw) return;
    setTouched((before) => new Set(before).add(row * gw + column));
  };
  const end = (): void => {
    if (!isDown.current) return;
    isDown.current = false;
    if (touched.size > 0) onEnd([...touched]);
    setTouched(new Set());
  };
  const handlers = {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      isDown.current = true;
      event.currentTarget.setPointerCapture(event.pointerId);
      touch(event);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (isDown.current) touch(event);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
  return { touched, handlers };
}
