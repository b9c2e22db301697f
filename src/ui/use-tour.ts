import { useTranslation } from 'react-i18next';
import { useActions } from './studio-context';

/** Longer than a dialog takes to fade: while one is there it holds the focus. */
const AFTER_DIALOG_MS = 250;

/** Starts the tour; a page that cannot fetch it goes on without. */
export function useTour(): () => void {
  const { t } = useTranslation('tour');
  const { change } = useActions();
  const start = async (): Promise<void> => {
    const [{ startTour }] = await Promise.all([import('./tour'), wait(AFTER_DIALOG_MS)]);
    change({ isTourSeen: true });
    startTour(t);
  };
  return () => {
    start().catch(() => undefined);
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
