/** Numbers as the page writes them. */

/** 1 234 567 is "1.2 MB"; powers of ten, as browsers and disks count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${(bytes / 1e3).toFixed(0)} kB`;
  const megabytes = bytes / 1e6;
  return megabytes < 999.5
    ? `${megabytes.toFixed(megabytes < 99.95 ? 1 : 0)} MB`
    : `${(megabytes / 1e3).toFixed(2)} GB`;
}

/** 1234 is "1.23 s", 12.3 is "12 ms", 1.23 is "1.2 ms". */
export function formatMs(ms: number): string {
  if (ms >= 60_000) return formatDuration(ms);
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

/** Time left in words: "under 1 s", "12 s", "3 min 20 s". Rounded up, so that it is not over before it is done. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return 'under 1 s';
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = `${Math.floor(seconds / 60)} min`;
  return seconds % 60 === 0 ? minutes : `${minutes} ${seconds % 60} s`;
}

/** 0.4267 is 42, never 100 before the end. */
export function percentOf(fraction: number): number {
  return Math.floor(Math.max(0, Math.min(fraction, 1)) * 100);
}
