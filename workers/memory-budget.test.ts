import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CacheOwner } from './memory-budget';
import { MemoryBudget } from './memory-budget';

/** An owner that drops all it has claimed. */
class Owner implements CacheOwner {
  readonly consequence = 'It is made again.';
  readonly budget: MemoryBudget;
  bytes = 0;
  inUse = false;

  constructor(budget: MemoryBudget) {
    this.budget = budget;
  }

  claim(bytes: number): boolean {
    if (!this.budget.claim(this, bytes)) return false;
    this.bytes += bytes;
    return true;
  }

  isInUse(): boolean {
    return this.inUse;
  }

  dropCaches(): void {
    this.budget.release(this, this.bytes);
    this.bytes = 0;
  }
}

describe('MemoryBudget', () => {
  it('makes room by dropping what was used longest ago, never what is in use', () => {
    const dropped: [CacheOwner, number][] = [];
    const budget = new MemoryBudget(100, (...drop) => dropped.push(drop));
    const [a, b, c] = [new Owner(budget), new Owner(budget), new Owner(budget)];
    expect([a.claim(40), b.claim(40), a.claim(10)]).toEqual([true, true, true]);
    expect(c.claim(30)).toBe(true);
    expect(dropped).toEqual([[b, 40]]);
    a.inUse = true;
    expect(c.claim(30)).toBe(false);
    expect([a.bytes, b.bytes, c.bytes]).toEqual([50, 0, 30]);
  });

  it('does not drop anything for what cannot fit at all', () => {
    const budget = new MemoryBudget(100, () => expect.unreachable());
    const [a, b] = [new Owner(budget), new Owner(budget)];
    a.claim(60);
    expect(b.claim(101)).toBe(false);
    expect(a.bytes).toBe(60);
  });

  it('never exceeds its limit and always knows the sum', () => {
    const action = fc.record({
      owner: fc.nat(3),
      bytes: fc.nat(60),
      inUse: fc.boolean(),
      isDrop: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const budget = new MemoryBudget(100, () => undefined);
        const owners = [0, 1, 2, 3].map(() => new Owner(budget));
        for (const { owner, bytes, inUse, isDrop } of actions) {
          const chosen = owners[owner]!;
          chosen.inUse = inUse;
          if (isDrop) chosen.dropCaches();
          else chosen.claim(bytes);
          expect(budget.usedBytes).toBe(owners.reduce((sum, each) => sum + each.bytes, 0));
          expect(budget.usedBytes).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it('refuses to take back more than it gave', () => {
    const budget = new MemoryBudget(100, () => undefined);
    const owner = new Owner(budget);
    owner.claim(5);
    expect(() => budget.release(owner, 6)).toThrow('1 bytes more');
  });
});
