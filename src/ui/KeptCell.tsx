import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useTranslation } from 'react-i18next';
import { isClip } from '../contract/clip';
import type { KeptPicture } from '../contract/gallery';
import { Icon } from './icons';
import { PixelCanvas } from './PixelCanvas';
import { useActions, useStudio } from './studio-context';

/** One kept picture: press it to open it, or, while drafts are selected, to select it. */
export function KeptCell(props: {
  readonly picture: KeptPicture;
  /** Null while nothing is being selected. */
  readonly isSelected: boolean | null;
  readonly onSelect: (isSelected: boolean) => void;
}) {
  const { t } = useTranslation('gallery');
  const { picture, isSelected, onSelect } = props;
  const { keptId, prompt, seed, levelsDone, levelsMax, grid, isStarred, thumbnail } = picture;
  const isShown = useStudio((state) => state.picture?.keptId === keptId);
  const isRunning = useStudio((state) => state.run !== null);
  const { openKept } = useActions();
  const isDraft = levelsDone < levelsMax;
  const levels = { level: levelsDone, of: levelsMax };
  const isSelecting = isSelected !== null;
  return (
    <li className={isShown ? 'kept kept--shown' : 'kept'}>
      <Button
        className={isSelected ? 'kept__button kept__button--selected' : 'kept__button'}
        aria-label={
          isSelecting
            ? t('select', { prompt, seed })
            : t(prompt === '' ? 'openNoPrompt' : 'open', { prompt, seed, ...levels })
        }
        {...(isSelecting && { 'aria-pressed': isSelected })}
        isDisabled={isSelecting ? !isDraft : isRunning}
        onPress={() => {
          if (isSelecting) onSelect(!isSelected);
          else void openKept(keptId);
        }}
      >
        <PixelCanvas pixels={thumbnail} className="kept__thumbnail" />
        {isSelected && <Icon name="check" size="20px" />}
      </Button>
      <div className="kept__foot">
        <span className="kept__facts">
          {t('levels', levels)}
          {isClip(grid) && <Icon name="film" />}
          {isStarred && <Icon name="star" />}
        </span>
        <KeptMenu picture={picture} />
      </div>
    </li>
  );
}

function KeptMenu({ picture }: { readonly picture: KeptPicture }) {
  const { t } = useTranslation('gallery');
  const { keptId, prompt, seed, isStarred } = picture;
  const { recall, star, removeKept } = useActions();
  const item = (label: string, onAction: () => void) => (
    <MenuItem className="menu__item" onAction={onAction}>
      {label}
    </MenuItem>
  );
  return (
    <MenuTrigger>
      <Button className="hint" aria-label={t('more', { prompt, seed })}>
        <Icon name="more" />
      </Button>
      <Popover className="popover popover--menu">
        <Menu className="menu" aria-label={t('more', { prompt, seed })}>
          {item(t('usePrompt'), () => recall(keptId, 'prompt'))}
          {item(t('useSeed'), () => recall(keptId, 'seed'))}
          {item(t('useSettings'), () => recall(keptId, 'settings'))}
          {item(isStarred ? t('unstar') : t('star'), () => void star(keptId, !isStarred))}
          {item(t('delete'), () => void removeKept(keptId))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
