import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';
import { useTour } from './use-tour';

/** Offers the tour on a first visit, until it is taken or turned down. */
export function TourOffer() {
  const { t } = useTranslation('tour');
  const isSeen = useStudio((state) => state.settings.isTourSeen);
  const { change } = useActions();
  const take = useTour();
  if (isSeen) return null;
  return (
    <p className="tour-offer">
      {t('offer')}
      <Button className="text-button" onPress={take}>
        {t('take')}
      </Button>
      <Button
        className="icon-button icon-button--quiet tour-offer__decline"
        aria-label={t('decline')}
        onPress={() => change({ isTourSeen: true })}
      >
        <Icon name="discard" />
      </Button>
    </p>
  );
}
