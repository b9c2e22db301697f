import { useEffect, useState } from 'react';
import { filesOfFolder, isFolder } from './folder-files';
import { useActions } from './studio-context';

/** Files dropped anywhere on the page are opened, folders added as models; gives whether one is held over it now. */
export function useFileDrop(): boolean {
  const { open, addModelFolder } = useActions();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault(); // the browser would show the file instead of the page
      setOver(true);
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      const { items, files } = event.dataTransfer ?? {};
      const file = files?.[0];
      if (!file) return;
      event.preventDefault();
      const entry = items?.[0]?.webkitGetAsEntry() ?? null;
      if (isFolder(entry)) void filesOfFolder(entry).then(addModelFolder);
      else void open(file);
    };
    addEventListener('dragover', onDragOver);
    addEventListener('dragleave', onDragLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onDragOver);
      removeEventListener('dragleave', onDragLeave);
      removeEventListener('drop', onDrop);
    };
  }, [open, addModelFolder]);
  return isOver;
}
