import { Button } from 'react-aria-components/Button';
import { DialogTrigger } from 'react-aria-components/Dialog';
import { useTranslation } from 'react-i18next';
import type { Theme } from '../state/settings';
import { AboutDialog } from './AboutDialog';
import { Icon, Mark, type IconName } from './icons';
import { LanguageMenu } from './LanguageMenu';
import { useActions, useStudio } from './studio-context';

/** The name, where the model runs, and the page's own settings. */
export function TopBar() {
  const { t } = useTranslation('page');
  return (
    <header className="top-bar">
      <h1 className="top-bar__name">
        <Mark /> {t('name')}
      </h1>
      <StatusChip />
      <ModelsButton />
      <LanguageMenu />
      <ThemeButton />
      <DialogTrigger>
        <Button className="quiet-button">{t('about')}</Button>
        <AboutDialog />
      </DialogTrigger>
    </header>
  );
}

function StatusChip() {
  const status = useStudio(({ model }) =>
    model.status === 'ready' ? model.info.backend : model.status,
  );
  const tone =
    status === 'failed' ? 'bad' : status === 'loading' || status === 'absent' ? 'busy' : 'good';
  const { t } = useTranslation('page');
  return (
    <span className={`status status--${tone}`}>
      <span className="status__text">{t(`status.${status}`)}</span>
    </span>
  );
}

function ModelsButton() {
  const { openModels } = useActions();
  const { t } = useTranslation('models');
  return (
    <Button className="icon-button icon-button--quiet" aria-label={t('open')} onPress={openModels}>
      <Icon name="model" size="18px" />
    </Button>
  );
}

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const THEME_ICONS: Record<Theme, IconName> = { system: 'device', light: 'sun', dark: 'moon' };

function ThemeButton() {
  const theme = useStudio((state) => state.settings.theme);
  const { change } = useActions();
  const { t } = useTranslation('page');
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  return (
    <Button
      className="icon-button icon-button--quiet"
      aria-label={`${t('theme')}: ${t(`themes.${theme}`)}`}
      onPress={() => change({ theme: next })}
    >
      <Icon name={THEME_ICONS[theme]} size="18px" />
    </Button>
  );
}
