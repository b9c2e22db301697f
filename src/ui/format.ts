/** Numbers as the page writes them, in the spoken language unless another is asked for. */
import { words } from './words/words';

/** 1.5 with two digits is "1.50", in German "1,50". */
export function formatDecimal(value: number, digits: number, language = words.language): string {
  const form = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false };
  return new Intl.NumberFormat(language, form).format(value);
}

/** 1 234 567 is "1.2 MB"; powers of ten, as browsers and disks count. */
export function formatBytes(bytes: number, language = words.language): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${formatDecimal(bytes / 1e3, 0, language)} kB`;
  const megabytes = bytes / 1e6;
  return megabytes < 999.5
    ? `${formatDecimal(megabytes, megabytes < 99.95 ? 1 : 0, language)} MB`
    : `${formatDecimal(megabytes / 1e3, 2, language)} GB`;
}

/** 1234 is "1.23 s", 12.3 is "12 ms", 1.23 is "1.2 ms". */
export function formatMs(ms: number, language = words.language): string {
  if (ms >= 60_000) return formatDuration(ms);
  if (ms >= 1000) return `${formatDecimal(ms / 1000, ms < 10_000 ? 2 : 1, language)} s`;
  return `${formatDecimal(ms, ms < 10 ? 1 : 0, language)} ms`;
}

/** Time left: "12 s", "3 min 20 s". Rounded up, so that it is not over before it is done. */
export function formatDuration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = `${Math.floor(seconds / 60)} min`;
  return seconds % 60 === 0 ? minutes : `${minutes} ${seconds % 60} s`;
}

/** A day: "November 20, 2026", in German "20. November 2026"; a date that cannot be read as it was written. */
export function formatDay(date: string, language = words.language): string {
  const time = Date.parse(date);
  if (Number.isNaN(time)) return date;
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(time);
}

/** 0.4267 is 42, never 100 before the end. */
export function percentOf(fraction: number): number {
  return Math.floor(Math.max(0, Math.min(fraction, 1)) * 100);
}
