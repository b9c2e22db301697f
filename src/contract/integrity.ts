/** Whether a file of a bundle is the one that its manifest names. */
import type { BundleFile } from './manifest';

/** The part of the platform's crypto that is used, in a page, a worker or Node. */
interface Digester {
  readonly subtle?: {
    digest(algorithm: string, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  };
}

/** SHA-256 in lower-case hexadecimal; null on pages that were not served securely, which have no such thing. */
export async function sha256Of(content: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const { subtle } = (globalThis as unknown as { readonly crypto: Digester }).crypto;
  if (subtle === undefined) return null;
  const digest = new Uint8Array(await subtle.digest('SHA-256', content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Compares length and SHA-256; where there is no SHA-256, the length has to do. */
export async function isIntact(
  content: Uint8Array<ArrayBuffer>,
  file: BundleFile,
): Promise<boolean> {
  if (content.length !== file.sizeBytes) return false;
  const sha256 = await sha256Of(content);
  return sha256 === null || sha256 === file.sha256;
}
