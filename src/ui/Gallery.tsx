import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { fileBytesOf, filterPictures, type GalleryFilter } from '../state/gallery/gallery-state';
import { Hint } from './Hint';
import { Icon } from './icons';
import { KeptCell } from './KeptCell';
import { gallery as strings } from './strings-gallery';
import { useActions, useStudio } from './studio-context';

/** The kept pictures, newest first: opened, searched, finished, recalled, starred and deleted here. */
export function Gallery() {
  const pictures = useStudio((state) => state.gallery.pictures);
  const problem = useStudio((state) => state.gallery.problem);
  const [filter, setFilter] = useState<GalleryFilter>({ text: '', isStarredOnly: false });
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const found = filterPictures(pictures, filter);
  return (
    <section className="gallery" aria-label={strings.heading}>
      <div className="gallery__head">
        <h2 className="section-title">{strings.heading}</h2>
        <Usage />
        {pictures.length > 0 && (
          <div className="gallery__tools">
            <FilterFields filter={filter} onChange={setFilter} />
            <DraftSelection selected={selected} onChange={setSelected} />
          </div>
        )}
      </div>
      {problem !== null && <p className="notes__line">{strings.problem(problem)}</p>}
      <Removed />
      {pictures.length === 0 && <p className="notes__line">{strings.empty}</p>}
      {pictures.length > 0 && found.length === 0 && (
        <p className="notes__line">{strings.noneFound}</p>
      )}
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
  const { filter, onChange } = props;
  return (
    <>
      <input
        className="input gallery__search"
        type="search"
        aria-label={strings.search}
        placeholder={strings.searchPlaceholder}
        value={filter.text}
        onChange={(event) => onChange({ ...filter, text: event.target.value })}
      />
      <ToggleButton
        className="icon-button"
        aria-label={strings.starredOnly}
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
  const { selected, onChange } = props;
  const hasDrafts = useStudio(({ gallery }) =>
    gallery.pictures.some(({ levelsDone, levelsMax }) => levelsDone < levelsMax),
  );
  const { finish } = useActions();
  if (!hasDrafts) return null;
  return (
    <>
      <Button className="button" onPress={() => onChange(selected ? null : new Set())}>
        {selected ? strings.selectNone : strings.selectDrafts}
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
            <Icon name="add" /> {strings.finish(selected.size)}
          </Button>
          <Hint about={strings.finish(selected.size)}>{strings.finishHelp}</Hint>
        </>
      )}
    </>
  );
}

function Usage() {
  const pictures = useStudio((state) => state.gallery.pictures);
  const usage = useStudio((state) => state.gallery.usage);
  if (pictures.length === 0) return null;
  return (
    <span className="gallery__usage">
      {strings.summary(pictures.length, fileBytesOf(pictures))}
      {usage && <Hint about={strings.usageLabel}>{strings.usage(usage)}</Hint>}
    </span>
  );
}

/** The way back from a deletion. */
function Removed() {
  const removed = useStudio((state) => state.gallery.removed);
  const { restoreRemoved, forgetRemoved } = useActions();
  if (!removed) return null;
  return (
    <p className="notes__line gallery__removed" role="status">
      {strings.deleted}
      <Button className="text-button" onPress={() => void restoreRemoved()}>
        {strings.undo}
      </Button>
      <Button
        className="icon-button icon-button--quiet"
        aria-label={strings.deleted}
        onPress={forgetRemoved}
      >
        <Icon name="discard" />
      </Button>
    </p>
  );
}
