/** The page's service worker, which Workbox builds from vite.config.ts. */
import { Workbox } from 'workbox-window';
import type { PageVersions } from '../contract/page-versions';

/** Registers the service worker. A newer one waits until it is let in, or until no page of the older one is open. */
export class ServiceWorkerVersions implements PageVersions {
  private readonly workbox: Workbox;

  /** @param scriptUrl the service worker; what is in its folder and below is kept */
  constructor(scriptUrl: string) {
    this.workbox = new Workbox(scriptUrl);
  }

  watch(onNewVersion: () => void): void {
    this.workbox.addEventListener('waiting', onNewVersion);
    // Some private windows refuse; the page then needs its network, as pages do.
    this.workbox.register().catch(() => undefined);
  }

  async takeNewVersion(): Promise<void> {
    const registration = await navigator.serviceWorker.getRegistration();
    if (registration?.waiting == null) {
      location.reload(); // another tab has let it in
      return;
    }
    this.workbox.addEventListener('controlling', () => location.reload());
    this.workbox.messageSkipWaiting();
  }
}
