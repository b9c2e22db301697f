import { useTranslation } from 'react-i18next';
import { manifestOf } from '../state/model-state';
import { DialogFrame } from './DialogFrame';
import { about as strings, shortcutList } from './strings-panels';
import { useStudio } from './studio-context';
import { isAppleKeyboard } from './use-shortcuts';

/** What this is, whose work it stands on, and the keys. */
export function AboutDialog() {
  const { t } = useTranslation('page');
  return (
    <DialogFrame title={strings.heading}>
      <p className="modal__lead">{strings.lead}</p>
      <ul className="modal__points">
        {strings.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <p>{strings.method}</p>
      <ModelFacts />
      <h3 className="subheading">{t('shortcuts')}</h3>
      <dl className="shortcuts">
        {shortcutList(isAppleKeyboard()).map(([keys, what]) => (
          <div key={keys} className="shortcuts__row">
            <dt>
              <kbd className="keys">{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3 className="subheading">{strings.software}</h3>
      <p>{strings.softwareList}</p>
    </DialogFrame>
  );
}

function ModelFacts() {
  const manifest = useStudio((state) => manifestOf(state.model));
  if (!manifest) return null;
  const { name, description, licence, createdAt, credits } = manifest;
  return (
    <>
      <h3 className="subheading">{strings.model}</h3>
      <p>
        <strong>{name}</strong>. {description} {strings.licence}: {licence}. {strings.made}:{' '}
        {createdAt.slice(0, 10)}.
      </p>
      {credits.length > 0 && <h3 className="subheading">{strings.credits}</h3>}
      <ul className="credits">
        {credits.map((credit) => (
          <li key={credit.name}>
            <a href={credit.url} target="_blank" rel="noreferrer">
              {credit.name}
            </a>{' '}
            {strings.by(credit.author)} ({credit.licence})
          </li>
        ))}
      </ul>
    </>
  );
}
