import { useId } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import {
  DEFAULT_NAME_TEMPLATE,
  fileStem,
  MAX_TEMPLATE_LENGTH,
  NAME_BLANKS,
  unknownBlanks,
} from '../state/file-names';
import { DialogFrame } from './DialogFrame';
import type { LazyDialogProps } from './lazy-dialog';
import { useActions, useStudio, useStudioStore } from './studio-context';
import { pictureFacts } from './use-file-names';

/** The template of file names, with what it makes of the picture that is shown. */
export function FileNamesDialog({ onClose }: LazyDialogProps) {
  const { t } = useTranslation('downloads');
  const template = useStudio((state) => state.settings.nameTemplate);
  const { change } = useActions();
  const id = useId();
  const unknown = unknownBlanks(template);
  return (
    <DialogFrame title={t('names')} isOpen onClose={onClose}>
      <p>{t('namesLead')}</p>
      <label className="field__label" htmlFor={id}>
        {t('template')}
      </label>
      <input
        id={id}
        className="input"
        value={template}
        maxLength={MAX_TEMPLATE_LENGTH}
        spellCheck={false}
        autoComplete="off"
        aria-describedby={`${id}-preview`}
        onChange={(event) => change({ nameTemplate: event.target.value })}
      />
      {unknown.length > 0 && (
        <p role="status">
          {t('unknown', { blanks: unknown.map((name) => `{${name}}`).join(' ') })}
        </p>
      )}
      <Preview id={`${id}-preview`} template={template} />
      <BlankList />
      <p>{t('leftOut')}</p>
      {template !== DEFAULT_NAME_TEMPLATE && (
        <div className="card__actions">
          <Button
            className="button"
            onPress={() => change({ nameTemplate: DEFAULT_NAME_TEMPLATE })}
          >
            {t('reset')}
          </Button>
        </div>
      )}
    </DialogFrame>
  );
}

function Preview({ id, template }: { readonly id: string; readonly template: string }) {
  const { t } = useTranslation('downloads');
  const store = useStudioStore();
  const levels = useStudio((state) => state.shownLevels);
  const drawn = useStudio((state) => state.drawn);
  const facts = pictureFacts(store.getState());
  const size = drawn ? `${drawn.widthPx}x${drawn.heightPx}` : '256x256';
  return (
    <dl id={id} className="facts">
      <div className="facts__row">
        <dt>{t('preview')}</dt>
        <dd>
          {t('pictureFile', { stem: fileStem(template, { ...facts, level: `${levels}`, size }) })}
        </dd>
      </div>
      <div className="facts__row">
        <dt>{t('previewLatent')}</dt>
        <dd>{t('latentFile', { stem: fileStem(template, facts) })}</dd>
      </div>
    </dl>
  );
}

function BlankList() {
  const { t } = useTranslation('downloads');
  return (
    <>
      <h3 className="subheading">{t('blanks')}</h3>
      <dl className="facts">
        {NAME_BLANKS.map((blank) => (
          <div key={blank} className="facts__row">
            <dt>
              <code>{`{${blank}}`}</code>
            </dt>
            <dd>{t(`blankFacts.${blank}`)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
