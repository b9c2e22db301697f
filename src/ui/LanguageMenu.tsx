import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '../state/settings';
import { Icon } from './icons';
import { useActions, useStudio } from './studio-context';

/** The languages of the page; each is named in itself, so that it is found by whoever speaks it. */
export function LanguageMenu() {
  const language = useStudio((state) => state.settings.language);
  const { change } = useActions();
  const { t } = useTranslation('page');
  return (
    <MenuTrigger>
      <Button
        className="icon-button icon-button--quiet"
        aria-label={`${t('language')}: ${t(`languages.${language}`)}`}
      >
        <Icon name="globe" size="18px" />
      </Button>
      <Popover className="popover popover--menu">
        <Menu
          className="menu"
          aria-label={t('language')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[language]}
        >
          {LANGUAGES.map((offered) => (
            <MenuItem
              key={offered}
              id={offered}
              className="menu__item menu__item--choice"
              textValue={t(`languages.${offered}`)}
              onAction={() => change({ language: offered })}
            >
              <span {...(offered !== 'system' && { lang: offered })}>
                {t(`languages.${offered}`)}
              </span>
              {offered === language && <Icon name="check" />}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
