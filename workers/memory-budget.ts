/** How many bytes of caches are kept, and whose caches go first when there is no room. */

/** Something whose caches can be dropped and made again. */
export interface CacheOwner {
  /** Frees the caches; called when another owner needs the room. */
  dropCaches(): void;
  /** Whether the caches are needed right now. */
  isInUse(): boolean;
  /** What dropping them costs later, in a sentence to show. */
  readonly consequence: string;
}

/** Counts cache bytes by owner, least recently used first. */
export class MemoryBudget {
  readonly limitBytes: number;
  private readonly onDrop: (owner: CacheOwner, freedBytes: number) => void;
  /** In order of use: the first one is dropped first. */
  private readonly bytesByOwner = new Map<CacheOwner, number>();

  constructor(limitBytes: number, onDrop: (owner: CacheOwner, freedBytes: number) => void) {
    this.limitBytes = limitBytes;
    this.onDrop = onDrop;
  }

  get usedBytes(): number {
    let sum = 0;
    for (const bytes of this.bytesByOwner.values()) sum += bytes;
    return sum;
  }

  /**
   * Asks to keep `bytes` more, dropping the caches of others if needed. True if they may be kept; they count from then
   * on, until they are released.
   */
  claim(owner: CacheOwner, bytes: number): boolean {
    const own = this.bytesByOwner.get(owner) ?? 0;
    this.bytesByOwner.delete(owner);
    this.bytesByOwner.set(owner, own); // most recently used
    if (bytes > this.limitBytes) return false;
    for (const other of [...this.bytesByOwner.keys()]) {
      if (this.usedBytes + bytes <= this.limitBytes) break;
      if (other === owner || other.isInUse()) continue;
      const freedBytes = this.bytesByOwner.get(other) ?? 0;
      other.dropCaches(); // releases its bytes here
      this.bytesByOwner.delete(other);
      if (freedBytes > 0) this.onDrop(other, freedBytes);
    }
    if (this.usedBytes + bytes > this.limitBytes) return false;
    this.bytesByOwner.set(owner, own + bytes);
    return true;
  }

  /** Tells that an owner dropped caches by itself, for want of room. */
  reportDrop(owner: CacheOwner, freedBytes: number): void {
    this.onDrop(owner, freedBytes);
  }

  /** Gives bytes back. */
  release(owner: CacheOwner, bytes: number): void {
    if (bytes === 0) return;
    const left = (this.bytesByOwner.get(owner) ?? 0) - bytes;
    if (left < 0) throw new Error(`${-left} bytes more were released than claimed`);
    if (left === 0) this.bytesByOwner.delete(owner);
    else this.bytesByOwner.set(owner, left);
  }
}
