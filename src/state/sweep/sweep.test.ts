import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeEngine } from '../../engine/fake-engine';
import { settle } from '../testing/fake-studio';
import { until, visit } from '../testing/gallery-visit';
import { MemoryGallery } from '../testing/memory-gallery';
import { layOut, planSweep, rowsOf, withCell, type SweepBase } from './sweep';
import { isSweeping } from './sweep-actions';
import {
  AXIS_NAMES,
  readAxis,
  sweepCost,
  usualValues,
  type Axis,
  type AxisName,
} from './sweep-axis';

const BASE: SweepBase = {
  sizePx: 64,
  request: { prompt: 'red apple', seed: '1', levels: 4, aspect: { width: 1, height: 1 } },
};

function axis(name: AxisName, text: string): Axis {
  const read = readAxis(name, text, 4);
  if ('problem' in read) throw new Error(JSON.stringify(read.problem));
  return read.axis;
}

function plan(x: Axis, y: Axis) {
  let id = 0;
  return planSweep(x, y, BASE, () => `run-${(id += 1)}`);
}

describe('a side of a grid', () => {
  it('is values with commas between them, each once', () => {
    expect(axis('steps', ' 8,25, 8 ,')).toEqual({ name: 'steps', values: ['8', '25'] });
  });

  it.each([
    ['steps', ' , ', { type: 'empty' }],
    ['steps', '8, 3', { type: 'not-a-value', found: '3' }],
    ['guidance', '16', { type: 'not-a-value', found: '16' }],
    ['seed', '1.5', { type: 'not-a-value', found: '1.5' }],
    ['levels', '5', { type: 'not-a-value', found: '5' }],
    ['aspect', '7:1', { type: 'not-a-value', found: '7:1' }],
    ['size', '2048', { type: 'not-a-value', found: '2048' }],
    ['seed', '1,2,3,4,5,6,7,8,9', { type: 'too-many', most: 8 }],
  ] as const)('of %s says what is wrong with "%s"', (name, text, problem) => {
    expect(readAxis(name, text, 4)).toEqual({ problem });
  });

  it('starts with values that can be used', () => {
    for (const name of AXIS_NAMES) {
      const text = usualValues(name, { levelsMax: 4, seed: '18446744073709551615' });
      expect(readAxis(name, text, 4)).toHaveProperty('axis');
    }
  });
});

describe('the plan of a grid', () => {
  it('takes one run for each pair of steps and guidance', () => {
    const { runs, cells } = plan(axis('steps', '8,25'), axis('guidance', '1,4'));
    expect(runs.map(({ request }) => [request.steps, request.guidance])).toEqual([
      [8, 1],
      [25, 1],
      [8, 4],
      [25, 4],
    ]);
    expect(cells.map(({ keptId }) => keptId)).toEqual(runs.map(({ keptId }) => keptId));
  });

  it('takes one run for all levels and sizes', () => {
    const { runs, cells } = plan(axis('levels', '1,3'), axis('size', '64,128'));
    expect(sweepCost(axis('levels', '1,3'), axis('size', '64,128'))).toEqual({
      count: 1,
      cells: 4,
    });
    expect(runs).toHaveLength(1);
    expect(runs[0]?.request.levels).toBe(3);
    expect(cells.map(({ levels, sizePx }) => [levels, sizePx])).toEqual([
      [1, 64],
      [3, 64],
      [1, 128],
      [3, 128],
    ]);
  });

  it('lays the cells out without overlaps, whatever their sizes', () => {
    let sweep = plan(axis('size', '64,128'), axis('aspect', '1:1,2:1'));
    sweep.cells.forEach(({ sizePx }, index) => {
      const rgba = new Uint8ClampedArray(4);
      sweep = withCell(sweep, index, { width: sizePx, height: sizePx, rgba });
    });
    const { width, height, columns, rows } = layOut(sweep, 8, { leftPx: 50, topPx: 20 });
    expect(columns).toEqual([58, 58 + 64 + 8]);
    expect(rows).toEqual([28, 28 + 128 + 8]);
    expect([width, height]).toEqual([58 + 64 + 8 + 128 + 8, 28 + 2 * (128 + 8)]);
    expect(rowsOf(sweep).map((row) => row.length)).toEqual([2, 2]);
  });
});

describe('a grid at work', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is made by the queue, one picture for each pair, all kept, and a cell opens as one', async () => {
    const studio = await visit(new MemoryGallery());
    void studio.act.startSweep(axis('seed', '7,8'), axis('levels', '1,2'));
    expect(isSweeping(studio.state())).toBe(true);
    await settle();
    const { sweep, gallery } = studio.state();
    expect(isSweeping(studio.state())).toBe(false);
    expect(gallery.pictures.map(({ seed, levelsDone }) => [seed, levelsDone]).sort()).toEqual([
      ['7', 2],
      ['8', 2],
    ]);
    const drawn = sweep?.cells.map(({ pixels }) => pixels?.rgba.join());
    expect(new Set(drawn).size).toBe(4);
    const [first] = sweep?.cells ?? [];
    if (!first) throw new Error('the grid has no cells');
    await studio.act.openSweepCell(first);
    const { picture, shownLevels } = studio.state();
    expect([picture?.seed, picture?.keptId, shownLevels]).toEqual(['7', first.keptId, 1]);
  });

  it('ends when it is cancelled, and leaves the rest of the queue', async () => {
    const studio = await visit(new MemoryGallery());
    void studio.act.startSweep(axis('steps', '4,5'), axis('seed', '1,2'));
    void studio.act.enqueue();
    await until(() => (studio.state().sweep?.cells[0]?.pixels ?? null) !== null);
    studio.act.cancelSweep();
    await settle();
    expect(isSweeping(studio.state())).toBe(false);
    expect(studio.state().gallery.pictures).toHaveLength(2);
    const drawn = studio.state().sweep?.cells.map(({ pixels }) => pixels !== null);
    expect(drawn).toEqual([true, false, false, false]);
    studio.act.clearSweep();
    expect(studio.state().sweep).toBeNull();
  });

  it('leaves the cells of a discarded run empty and goes on', async () => {
    const studio = await visit(new MemoryGallery(), new FakeEngine({ stepMs: 10, loadMs: 4 }));
    void studio.act.startSweep(axis('steps', '4,5'), axis('levels', '1'));
    await until(() => studio.state().run !== null);
    studio.act.discard();
    await settle();
    const drawn = studio.state().sweep?.cells.map(({ pixels }) => pixels !== null);
    expect(drawn).toEqual([false, true]);
  });
});
