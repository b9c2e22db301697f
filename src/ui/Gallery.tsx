import type { TFunction } from 'i18next';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { useTranslation } from 'react-i18next';
import type { StorageUsage } from '../contract/gallery';
import { fileBytesOf, filterPictures, type GalleryFilter } from '../state/gallery/gallery-state';
import { formatBytes } from './format';
import { Hint } from './Hint';
import { Icon } from './icons';
import { KeptCell } from './KeptCell';
import { useActions, useStudio } from './studio-context';

/** The kept pictures, newest first: opened, searched, finished, recalled, starred and deleted here. */
export function Gallery() {
  const { t } = useTranslation('gallery');
  const pictures = useStudio((state) => state.gallery.pictures);
  const problem = useStudio((state) => state.gallery.problem);
  const [filter, setFilter] = useState<GalleryFilter>({ text: '', isStarredOnly: false });
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const found = filterPictures(pictures, filter);
  return (
    <section className="gallery" aria-label={t('heading')}>
      <div className="gallery__head">
        <h2 className="section-title">{t('heading')}</h2>
        <Usage />
        {pictures.length > 0 && (
          <div className="gallery__tools">
            <FilterFields filter={filter} onChange={setFilter} />
            <DraftSelection selected={selected} onChange={setSelected} />
          </div>
        )}
      </div>
      {problem !== null && <p className="notes__line">{t('problem', { message: problem })}</p>}
      <Removed />
      {pictures.length === 0 && <p className="notes__line">{t('empty')}</p>}
      {pictures.length > 0 && found.length === 0 && <p className="notes__line">{t('noneFound')}</p>}
      <ul className="gallery__grid">
        {found.map((picture) => (
          <KeptCell
            key={picture.keptId}
            picture={picture}
            isSelected={selected?.has(picture.keptId) ?? null}
            onSelect={(isSelected) => {
              const next = new Set(selected);
              if (isSelected) next.add(picture.keptId);
              else next.delete(picture.keptId);
              setSelected(next);
            }}
          />
        ))}
      </ul>
    </section>
  );
}

function FilterFields(props: {
  readonly filter: GalleryFilter;
  readonly onChange: (filter: GalleryFilter) => void;
}) {
  const { t } = useTranslation('gallery');
  const { filter, onChange } = props;
  return (
    <>
      <input
        className="input gallery__search"
        type="search"
        aria-label={t('search')}
        placeholder={t('searchPlaceholder')}
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
      />
      <ToggleButton
        className="icon-button"
        aria-label={t('starredOnly')}
        isSelected={filter.isStarredOnly}
        onChange={(isStarredOnly) => onChange({ ...filter, isStarredOnly })}
      >
        <Icon name="star" />
      </ToggleButton>
    </>
  );
}

/** Choosing which drafts get their missing levels. */
function DraftSelection(props: {
  /** Null while nothing is being selected. */
  readonly selected: ReadonlySet<string> | null;
  readonly onChange: (selected: ReadonlySet<string> | null) => void;
}) {
  const { t } = useTranslation('gallery');
  const { selected, onChange } = props;
  const hasDrafts = useStudio(({ gallery }) =>
    gallery.pictures.some(({ levelsDone, levelsMax }) => levelsDone < levelsMax),
  );
  const { finish } = useActions();
  if (!hasDrafts) return null;
  return (
    <>
      <Button className="button" onPress={() => onChange(selected ? null : new Set())}>
        {selected ? t('selectNone') : t('selectDrafts')}
      </Button>
      {selected && (
        <>
          <Button
            className="button"
            isDisabled={selected.size === 0}
            onPress={() => {
              void finish([...selected]);
              onChange(null);
            }}
          >
            <Icon name="add" /> {t('finish', { count: selected.size })}
          </Button>
          <Hint about={t('finish', { count: selected.size })}>{t('finishHelp')}</Hint>
        </>
      )}
    </>
  );
}

function Usage() {
  const { t } = useTranslation('gallery');
  const pictures = useStudio((state) => state.gallery.pictures);
  const usage = useStudio((state) => state.gallery.usage);
  if (pictures.length === 0) return null;
  return (
    <span className="gallery__usage">
      {t('summary', { count: pictures.length, size: formatBytes(fileBytesOf(pictures)) })}
      {usage && <Hint about={t('usageLabel')}>{usageText(t, usage)}</Hint>}
    </span>
  );
}

function usageText(t: TFunction<'gallery'>, usage: StorageUsage): string {
  const { usedBytes, quotaBytes, isPersistent } = usage;
  const sizes = { used: formatBytes(usedBytes), allowed: formatBytes(quotaBytes) };
  return `${t('usage', sizes)} ${isPersistent ? t('persistent') : t('notPersistent')}`;
}

/** The way back from a deletion. */
function Removed() {
  const { t } = useTranslation('gallery');
  const removed = useStudio((state) => state.gallery.removed);
  const { restoreRemoved, forgetRemoved } = useActions();
  if (!removed) return null;
  return (
    <p className="notes__line gallery__removed" role="status">
      {t('deleted')}
      <Button className="text-button" onPress={() => void restoreRemoved()}>
        {t('undo')}
      </Button>
      <Button
        className="icon-button icon-button--quiet"
        aria-label={t('deleted')}
        onPress={forgetRemoved}
      >
        <Icon name="discard" />
      </Button>
    </p>
  );
}
