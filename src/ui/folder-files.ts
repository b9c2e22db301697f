/** The files of a folder that was dropped or chosen, as the models' storage takes them. */
import type { FolderFile } from '../contract/model-storage';

/** Files of `<input webkitdirectory>`; each knows its path in the folder. */
export function filesOfInput(files: FileList): FolderFile[] {
  return Array.from(files, (file) => fileAt(file.webkitRelativePath || file.name, file));
}

/** All files below a dropped folder. */
export async function filesOfFolder(folder: FileSystemDirectoryEntry): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  for (const entry of await entriesOf(folder)) {
    if (isFolder(entry)) files.push(...(await filesOfFolder(entry)));
    else files.push(fileAt(entry.fullPath.slice(1), await fileOf(entry as FileSystemFileEntry)));
  }
  return files;
}

/** Whether what was dropped is a folder. */
export function isFolder(entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true;
}

const fileAt = (path: string, file: File): FolderFile => ({
  path,
  arrayBuffer: () => file.arrayBuffer(),
});

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });

/** A reader gives some entries at a time, and none when all are read. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return entries;
    entries.push(...some);
  }
}
