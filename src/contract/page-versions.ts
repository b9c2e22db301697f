/** The page as the browser keeps it: it opens without a network, and a newer one takes its place in time. */

/** Keeps the page in the browser. */
export interface PageVersions {
  /** Keeps this page, and says when a newer one waits to take its place. A browser may refuse: then nothing is said. */
  watch(onNewVersion: () => void): void;
  /** Opens the newer page in place of this one. */
  takeNewVersion(): Promise<void>;
}
