/** The tour of the page; fetched when somebody takes it. */
import { driver, type DriveStep } from 'driver.js';
import type { TFunction } from 'i18next';
import './css/tour.css';

/** What is pointed at, in this order. */
const PLACES = [
  ['prompt', '.prompt'],
  ['generate', '.run-actions'],
  ['levels', '.timeline'],
  ['size', '.view-controls .range'],
  ['files', '.downloads'],
  ['gallery', '.gallery'],
] as const;

/** Leads around the page; Escape, the cross or a press beside the notes ends it. */
export function startTour(t: TFunction<'tour'>): void {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const tour = driver({
    animate: !isCalm,
    smoothScroll: !isCalm,
    overlayColor: '#0a0806',
    overlayOpacity: 0.55,
    stageRadius: 10,
    popoverClass: 'tour',
    showProgress: true,
    progressText: t('progress', { current: '{{current}}', total: '{{total}}' }),
    nextBtnText: t('next'),
    prevBtnText: t('previous'),
    doneBtnText: t('done'),
    onPopoverRender({ closeButton, nextButton }) {
      closeButton.setAttribute('aria-label', t('close'));
      // The library puts the focus on the first button, which ends the tour.
      setTimeout(() => {
        nextButton.focus();
        removePopupRole();
      });
    },
    // Its `onDestroyed` is not called for a note that is left before it has faded in.
    onDestroyStarted() {
      tour.destroy();
      focusPrompt();
    },
    steps: steps(t),
  });
  tour.drive();
}

/** What is not on the page now is left out. */
function steps(t: TFunction<'tour'>): DriveStep[] {
  return PLACES.filter(([, place]) => document.querySelector(place)?.checkVisibility()).map(
    ([name, element]) => ({
      element,
      popover: { title: t(`steps.${name}.title`), description: t(`steps.${name}.text`) },
    }),
  );
}

/** The library calls the place a button that opens its note, which a group or a list cannot be. */
function removePopupRole(): void {
  for (const name of ['aria-haspopup', 'aria-expanded', 'aria-controls'])
    document.querySelector('.driver-active-element')?.removeAttribute(name);
}

/** What had the focus before may be gone. On a touch screen the prompt would bring up its keyboard. */
function focusPrompt(): void {
  if (document.activeElement !== document.body || !matchMedia('(pointer: fine)').matches) return;
  document.querySelector<HTMLTextAreaElement>('.prompt textarea')?.focus();
}
