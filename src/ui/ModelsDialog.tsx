import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { useTranslation } from 'react-i18next';
import { knownModels } from '../state/model-choice';
import { DialogFrame } from './DialogFrame';
import { filesOfInput } from './folder-files';
import { Icon } from './icons';
import { ModelRow } from './ModelRow';
import { useActions, useStudio } from './studio-context';

/** The models that can be used here, and two ways to add one. */
export function ModelsDialog() {
  const { t } = useTranslation('models');
  const { isOpen } = useStudio((state) => state.models);
  const { closeModels } = useActions();
  return (
    <DialogFrame title={t('heading')} isOpen={isOpen} onClose={closeModels}>
      <p>{t('lead')}</p>
      <ModelList />
      <h3 className="subheading">{t('add')}</h3>
      <AddressForm />
      <FolderButton />
      <Problem />
    </DialogFrame>
  );
}

function ModelList() {
  const kept = useStudio((state) => state.keptModels);
  const shippedUrls = useStudio((state) => state.shippedUrls);
  const usedUrl = useStudio((state) => state.bundleUrl);
  const { listModels } = useActions();
  useEffect(() => void listModels(), [listModels]);
  return (
    <ul className="models">
      {knownModels(kept, shippedUrls, usedUrl).map((model) => (
        <ModelRow key={model.bundleUrl} model={model} />
      ))}
    </ul>
  );
}

function AddressForm() {
  const { t } = useTranslation('models');
  const isAdding = useStudio((state) => state.models.isAdding);
  const { addModelAddress } = useActions();
  const [address, setAddress] = useState('');
  return (
    <form
      className="models__form"
      onSubmit={(event) => {
        event.preventDefault();
        void addModelAddress(address);
      }}
    >
      <input
        className="input"
        type="text"
        inputMode="url"
        autoComplete="off"
        aria-label={t('address')}
        placeholder={t('addressExample')}
        value={address}
        onChange={(event) => setAddress(event.target.value)}
      />
      <Button className="button" type="submit" isDisabled={isAdding || address.trim() === ''}>
        <Icon name="link" /> {t('addAddress')}
      </Button>
    </form>
  );
}

function FolderButton() {
  const { t } = useTranslation('models');
  const isAdding = useStudio((state) => state.models.isAdding);
  const { addModelFolder } = useActions();
  return (
    <div className="models__form">
      <FileTrigger
        acceptDirectory
        onSelect={(files) => {
          if (files) void addModelFolder(filesOfInput(files));
        }}
      >
        <Button className="button" isDisabled={isAdding}>
          <Icon name="open" /> {t('chooseFolder')}
        </Button>
      </FileTrigger>
      <span className="models__note">{isAdding ? t('adding') : t('dropFolder')}</span>
    </div>
  );
}

function Problem() {
  const problem = useStudio((state) => state.models.problem);
  if (problem === null) return null;
  return (
    <p className="models__problem" role="alert">
      <Icon name="warning" /> {problem}
    </p>
  );
}
