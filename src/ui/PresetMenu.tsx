import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Header } from 'react-aria-components/Header';
import { Menu, MenuItem, MenuSection, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useTranslation } from 'react-i18next';
import { builtInPresets } from '../state/presets/preset';
import { Hint } from './Hint';
import { Icon } from './icons';
import { lazyDialog } from './lazy-dialog';
import { useActions, useStudio } from './studio-context';

const PresetsDialog = lazyDialog(async () => (await import('./PresetsDialog')).PresetsDialog);

/** Named sets of settings and words: one is put over the settings, or the settings are kept as one. */
export function PresetMenu() {
  const { t } = useTranslation('presets');
  const [isEditing, setEditing] = useState(false);
  return (
    <div className="presets">
      <div className="field__head">
        <span className="field__label">{t('label')}</span>
        <Hint about={t('label')}>{t('help')}</Hint>
      </div>
      <MenuTrigger>
        <Button className="button presets__choose">
          {t('choose')} <Icon name="chevron" />
        </Button>
        <Popover className="popover popover--menu">
          <PresetList onEdit={() => setEditing(true)} />
        </Popover>
      </MenuTrigger>
      <PresetsDialog isOpen={isEditing} onClose={() => setEditing(false)} />
    </div>
  );
}

function PresetList({ onEdit }: { readonly onEdit: () => void }) {
  const { t } = useTranslation('presets');
  const lexicon = useStudio((state) => state.lexicon);
  const own = useStudio((state) => state.presets.own);
  const { applyPreset } = useActions();
  return (
    <Menu className="menu" aria-label={t('choose')}>
      <MenuSection className="menu__section">
        <Header className="menu__heading">{t('builtInGroup')}</Header>
        {builtInPresets(lexicon).map((preset) => (
          <MenuItem
            key={preset.name}
            id={preset.name}
            className="menu__item"
            onAction={() => applyPreset(preset)}
          >
            {t(`builtIn.${preset.name}`)}
          </MenuItem>
        ))}
      </MenuSection>
      {own.length > 0 && (
        <MenuSection className="menu__section">
          <Header className="menu__heading">{t('ownGroup')}</Header>
          {own.map((preset) => (
            <MenuItem
              key={preset.presetId}
              id={preset.presetId}
              className="menu__item"
              onAction={() => applyPreset(preset)}
            >
              {preset.name}
            </MenuItem>
          ))}
        </MenuSection>
      )}
      <MenuItem id="edit" className="menu__item menu__item--last" onAction={onEdit}>
        {t('edit')}
      </MenuItem>
    </Menu>
  );
}
