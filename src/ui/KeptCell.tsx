import { Button } from 'react-aria-components/Button';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { isClip } from '../contract/clip';
import type { KeptPicture } from '../contract/gallery';
import { Icon } from './icons';
import { PixelCanvas } from './PixelCanvas';
import { gallery as strings } from './strings-gallery';
import { useActions, useStudio } from './studio-context';

/** One kept picture: press it to open it, or, while drafts are selected, to select it. */
export function KeptCell(props: {
  readonly picture: KeptPicture;
  /** Null while nothing is being selected. */
  readonly isSelected: boolean | null;
  readonly onSelect: (isSelected: boolean) => void;
}) {
  const { picture, isSelected, onSelect } = props;
  const { keptId, prompt, seed, levelsDone, levelsMax, grid, isStarred, thumbnail } = picture;
  const isShown = useStudio((state) => state.picture?.keptId === keptId);
  const isRunning = useStudio((state) => state.run !== null);
  const { openKept } = useActions();
  const isDraft = levelsDone < levelsMax;
  const isSelecting = isSelected !== null;
  return (
    <li className={isShown ? 'kept kept--shown' : 'kept'}>
      <Button
        className={isSelected ? 'kept__button kept__button--selected' : 'kept__button'}
        aria-label={
          isSelecting
            ? strings.select(prompt, seed)
            : strings.pictureName(prompt, seed, levelsDone, levelsMax)
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
          {strings.levels(levelsDone, levelsMax)}
          {isClip(grid) && <Icon name="film" />}
          {isStarred && <Icon name="star" />}
        </span>
        <KeptMenu picture={picture} />
      </div>
    </li>
  );
}

function KeptMenu({ picture }: { readonly picture: KeptPicture }) {
  const { keptId, prompt, seed, isStarred } = picture;
  const { recall, star, removeKept } = useActions();
  const item = (label: string, onAction: () => void) => (
    <MenuItem className="menu__item" onAction={onAction}>
      {label}
    </MenuItem>
  );
  return (
    <MenuTrigger>
      <Button className="hint" aria-label={strings.more(prompt, seed)}>
        <Icon name="more" />
      </Button>
      <Popover className="popover popover--menu">
        <Menu className="menu" aria-label={strings.more(prompt, seed)}>
          {item(strings.usePrompt, () => recall(keptId, 'prompt'))}
          {item(strings.useSeed, () => recall(keptId, 'seed'))}
          {item(strings.useSettings, () => recall(keptId, 'settings'))}
          {item(isStarred ? strings.unstar : strings.star, () => void star(keptId, !isStarred))}
          {item(strings.delete, () => void removeKept(keptId))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
