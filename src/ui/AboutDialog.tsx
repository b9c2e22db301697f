import type { TFunction } from 'i18next';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { manifestOf } from '../state/model-state';
import { DialogFrame } from './DialogFrame';
import { formatDay } from './format';
import { LIBRARIES } from './libraries';
import { useStudio } from './studio-context';
import { commandKey } from './use-shortcuts';
import { useTour } from './use-tour';

/** What this is, whose work it stands on, and the keys. */
export function AboutDialog() {
  const { t } = useTranslation(['about', 'page']);
  return (
    <DialogFrame title={t('heading')}>
      <p className="modal__lead">{t('lead')}</p>
      <ul className="modal__points">
        <li>{t('points.causal')}</li>
        <li>{t('points.size')}</li>
        <li>{t('points.here')}</li>
      </ul>
      <p>{t('method')}</p>
      <TourAgain />
      <ModelFacts />
      <h3 className="subheading">{t('page:shortcuts')}</h3>
      <Shortcuts />
      <h3 className="subheading">{t('software')}</h3>
      <p>{t('softwareList', { libraries: LIBRARIES.join(', ') })}</p>
    </DialogFrame>
  );
}

function TourAgain() {
  const { t } = useTranslation('tour');
  const take = useTour();
  return (
    <div className="card__actions">
      <Button slot="close" className="button" onPress={take}>
        {t('again')}
      </Button>
    </div>
  );
}

function ModelFacts() {
  const { t } = useTranslation('about');
  const manifest = useStudio((state) => manifestOf(state.model));
  if (!manifest) return null;
  const { name, description, licence, createdAt, credits } = manifest;
  return (
    <>
      <h3 className="subheading">{t('model')}</h3>
      <p>
        <strong>{name}</strong>.{' '}
        {t('modelFacts', { description, licence, date: formatDay(createdAt) })}
      </p>
      {credits.length > 0 && <h3 className="subheading">{t('credits')}</h3>}
      <ul className="credits">
        {credits.map((credit) => (
          <li key={credit.name}>
            <a href={credit.url} target="_blank" rel="noreferrer">
              {credit.name}
            </a>{' '}
            {t('by', { author: credit.author, licence: credit.licence })}
          </li>
        ))}
      </ul>
    </>
  );
}

function Shortcuts() {
  const { t } = useTranslation('about');
  const { t: tPage } = useTranslation('page');
  return (
    <dl className="shortcuts">
      {shortcuts(tPage).map(([keys, what]) => (
        <div key={keys} className="shortcuts__row">
          <dt>
            <kbd className="keys">{keys}</kbd>
          </dt>
          <dd>{t(`keys.${what}`)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Keys, and what they do. */
function shortcuts(t: TFunction) {
  const command = commandKey(t);
  const enter = t('keys.enter');
  return [
    [`${command} ${enter}`, 'generate'],
    [enter, 'generateInPrompt'],
    [t('keys.escape'), 'stop'],
    ['1 \u2026 9', 'level'],
    ['C', 'compare'],
    ['+ \u2212 0', 'zoom'],
    [`${command} Z`, 'undo'],
    [`${t('keys.alt')} \u2191 \u2193`, 'earlier'],
  ] as const;
}
