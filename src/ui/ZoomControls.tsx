import { Button } from 'react-aria-components/Button';
import { Group } from 'react-aria-components/Group';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { shownZoom } from '../state/shown';
import { MAX_SCALE, percentOf } from '../state/zoom';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';

/** Closer, less close, the whole, and one pixel for one. */
export function ZoomControls() {
  const { t } = useTranslation('zoom');
  const zoom = useStudio(useShallow(shownZoom));
  const { zoomIn, zoomOut, zoomFit, zoomActual } = useActions();
  return (
    <Group className="zoom" aria-label={t('group')}>
      <Button
        className="icon-button icon-button--quiet zoom__step"
        aria-label={t('out')}
        isDisabled={zoom.scale <= 1}
        onPress={zoomOut}
      >
        <Icon name="remove" />
      </Button>
      <span className="zoom__scale">{t('percent', { percent: percentOf(zoom) })}</span>
      <Button
        className="icon-button icon-button--quiet zoom__step"
        aria-label={t('in')}
        isDisabled={zoom.scale >= MAX_SCALE}
        onPress={zoomIn}
      >
        <Icon name="add" />
      </Button>
      <Button className="text-button" isDisabled={zoom.scale === 1} onPress={zoomFit}>
        {t('fit')}
      </Button>
      <Button className="text-button" onPress={zoomActual}>
        {t('actual')}
      </Button>
    </Group>
  );
}
