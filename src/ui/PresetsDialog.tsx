import { useState, type SyntheticEvent } from 'react';
import { Button } from 'react-aria-components/Button';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { useTranslation } from 'react-i18next';
import type { Preset } from '../state/presets/preset';
import { MOST_ADDITION_LETTERS, MOST_NAME_LETTERS } from '../state/presets/preset-file';
import { additionIn } from '../state/presets/prompt-addition';
import { DialogFrame } from './DialogFrame';
import { saveFile } from './download';
import { Icon } from './icons';
import type { LazyDialogProps } from './lazy-dialog';
import { useActions, useStudio } from './studio-context';
import { TextField } from './TextField';

/** The user's presets: saved, used, renamed, deleted, and carried as a file. */
export function PresetsDialog({ onClose }: LazyDialogProps) {
  const { t } = useTranslation('presets');
  const { own, isKept } = useStudio((state) => state.presets);
  const [removed, setRemoved] = useState<Preset | null>(null);
  const { putPreset, removePreset } = useActions();
  return (
    <DialogFrame title={t('heading')} isOpen onClose={onClose}>
      <SaveForm />
      <h3 className="subheading">{t('ownHeading')}</h3>
      {own.length === 0 && <p>{t('none')}</p>}
      <ul className="presets__list">
        {own.map((preset) => (
          <PresetRow
            key={preset.presetId}
            preset={preset}
            onClose={onClose}
            onRemove={() => {
              removePreset(preset.presetId);
              setRemoved(preset);
            }}
          />
        ))}
      </ul>
      {removed && (
        <p className="notes__line gallery__removed" role="status">
          {t('removed', { name: removed.name })}
          <Button
            className="text-button"
            onPress={() => {
              putPreset(removed);
              setRemoved(null);
            }}
          >
            {t('undo')}
          </Button>
        </p>
      )}
      {!isKept && own.length > 0 && <p role="status">{t('notKept')}</p>}
      <PresetFiles />
    </DialogFrame>
  );
}

function SaveForm() {
  const { t } = useTranslation('presets');
  const prompt = useStudio((state) => state.settings.prompt);
  const lexicon = useStudio((state) => state.lexicon);
  const [name, setName] = useState('');
  const [addition, setAddition] = useState(() => additionIn(prompt, lexicon));
  const { savePreset } = useActions();
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    savePreset(name, addition);
    setName('');
  };
  return (
    <form className="presets__form" onSubmit={save}>
      <h3 className="subheading">{t('saveHeading')}</h3>
      <p>{t('saves')}</p>
      <TextField label={t('name')} value={name} maxLength={MOST_NAME_LETTERS} onChange={setName} />
      <TextField
        label={t('addition')}
        value={addition}
        maxLength={MOST_ADDITION_LETTERS}
        onChange={setAddition}
      />
      <p>{t('additionHelp')}</p>
      <div className="card__actions">
        <Button type="submit" className="button" isDisabled={name.trim() === ''}>
          <Icon name="add" /> {t('save')}
        </Button>
      </div>
    </form>
  );
}

/** A new name counts when its box is left. */
function PresetRow(props: {
  readonly preset: Preset;
  readonly onClose: () => void;
  readonly onRemove: () => void;
}) {
  const { preset, onClose, onRemove } = props;
  const { t } = useTranslation('presets');
  const [name, setName] = useState(preset.name);
  const { applyPreset, putPreset } = useActions();
  const rename = () => {
    const typed = name.trim();
    if (typed === '') setName(preset.name);
    else if (typed !== preset.name) putPreset({ ...preset, name: typed });
  };
  return (
    <li className="presets__row">
      <input
        className="input"
        aria-label={t('rename', { name: preset.name })}
        value={name}
        maxLength={MOST_NAME_LETTERS}
        onChange={(event) => setName(event.target.value)}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.key === 'Enter') rename();
        }}
      />
      <Button
        className="button"
        aria-label={t('apply', { name: preset.name })}
        onPress={() => {
          applyPreset(preset);
          onClose();
        }}
      >
        {t('use')}
      </Button>
      <Button
        className="icon-button"
        aria-label={t('remove', { name: preset.name })}
        onPress={onRemove}
      >
        <Icon name="discard" />
      </Button>
    </li>
  );
}

function PresetFiles() {
  const { t } = useTranslation('presets');
  const hasOwn = useStudio((state) => state.presets.own.length > 0);
  const { exportPresets, importPresets } = useActions();
  const [outcome, setOutcome] = useState<{ isFine: boolean; text: string } | null>(null);
  const read = async (file: File | undefined) => {
    if (!file) return;
    try {
      const count = importPresets(await file.text());
      setOutcome({ isFine: true, text: t('imported', { count }) });
    } catch (error) {
      setOutcome({ isFine: false, text: error instanceof Error ? error.message : String(error) });
    }
  };
  const write = () => {
    saveFile(new Blob([exportPresets()], { type: 'application/json' }), 'dcs-presets.json');
  };
  return (
    <>
      {outcome && <p role={outcome.isFine ? 'status' : 'alert'}>{outcome.text}</p>}
      <div className="card__actions">
        <Button className="button" isDisabled={!hasOwn} onPress={write}>
          <Icon name="download" /> {t('export')}
        </Button>
        <FileTrigger
          acceptedFileTypes={['.json', 'application/json']}
          onSelect={(files) => void read(files?.[0])}
        >
          <Button className="button">
            <Icon name="open" /> {t('import')}
          </Button>
        </FileTrigger>
      </div>
    </>
  );
}
