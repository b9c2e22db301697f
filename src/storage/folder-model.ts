/** A model in a folder: finds its manifest and checks every file that it names. */
import { EngineError } from '../contract/engine-error';
import { isIntact, sha256Of } from '../contract/integrity';
import { bundleFiles, parseManifest } from '../contract/manifest';
import {
  FOLDER_MODELS_URL,
  keptFileUrl,
  manifestUrl,
  type FolderFile,
} from '../contract/model-storage';

const MANIFEST = /(^|\/)manifest\.json$/;

/** A model whose files are all as its manifest says. */
export interface FolderModel {
  /** The address it gets: another one for every manifest. */
  readonly bundleUrl: string;
  /** By the address under which each is kept; the manifest comes last, so that there is none without its files. */
  readonly contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * Reads a model.
 *
 * @throws {EngineError} ManifestInvalid or IntegrityMismatch, with what was found
 */
export async function readFolderModel(files: readonly FolderFile[]): Promise<FolderModel> {
  const found = findManifest(files);
  const folder = found.path.replace(/manifest\.json$/, '');
  const manifestBytes = await bytesOf(found);
  const manifest = parseManifest(parseJson(manifestBytes, found.path));
  const sha256 = (await sha256Of(manifestBytes)) ?? '';
  const bundleUrl = `${FOLDER_MODELS_URL}${encodeURIComponent(manifest.id)}-${sha256.slice(0, 12)}/`;
  const byPath = new Map(files.map((file) => [file.path, file]));
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const file of bundleFiles(manifest)) {
    const source = byPath.get(`${folder}${file.file}`);
    if (!source) {
      throw new EngineError(
        'IntegrityMismatch',
        `The folder has no ${file.file}, which its manifest names. Choose the whole folder of the model.`,
      );
    }
    const content = await bytesOf(source);
    if (!(await isIntact(content, file))) {
      throw new EngineError(
        'IntegrityMismatch',
        `${source.path} is not the file that the manifest names: it has ${content.length} bytes of ${file.sizeBytes}, or others. Copy or download the folder again.`,
      );
    }
    contents.set(keptFileUrl(bundleUrl, file), content);
  }
  contents.set(manifestUrl(bundleUrl), manifestBytes);
  return { bundleUrl, contents };
}

/** @throws {EngineError} ManifestInvalid when there is none, or more than one */
function findManifest(files: readonly FolderFile[]): FolderFile {
  const manifests = files.filter(({ path }) => MANIFEST.test(path));
  const depth = Math.min(...manifests.map(({ path }) => path.split('/').length));
  const [first, ...others] = manifests.filter(({ path }) => path.split('/').length === depth);
  if (first && others.length === 0) return first;
  throw new EngineError(
    'ManifestInvalid',
    first
      ? `The folder holds ${others.length + 1} models: ${first.path} and ${others.map(({ path }) => path).join(', ')}. Choose the folder of one.`
      : `The folder is no model: none of its ${files.length} files is manifest.json. Choose the folder that an export wrote.`,
  );
}

async function bytesOf(file: FolderFile): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

/** @throws {EngineError} ManifestInvalid */
function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    throw new EngineError('ManifestInvalid', `${path} is not JSON. Export the model again.`, {
      cause: error,
    });
  }
}
