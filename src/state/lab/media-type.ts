/** What kind of photo or clip a file is, by its first bytes (mimesniff.spec.whatwg.org). */

/** Bytes that files begin with; a question mark is any byte. */
const BEGINNINGS: readonly (readonly [type: string, beginning: string])[] = [
  ['image/png', '\x89PNG'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['image/webp', 'RIFF????WEBP'],
  ['image/bmp', 'BM'],
  ['image/avif', '????ftypavi'],
  ['video/webm', '\x1a\x45\xdf\xa3'],
  ['video/mp4', '????ftyp'],
];

/** The media type; null for anything that is no photo or clip. */
export function mediaTypeOf(bytes: Uint8Array): string | null {
  const found = BEGINNINGS.find(
    ([, beginning]) =>
      bytes.length >= beginning.length &&
      Array.from(beginning).every(
        (letter, i) => letter === '?' || bytes[i] === letter.charCodeAt(0),
      ),
  );
  return found?.[0] ?? null;
}
