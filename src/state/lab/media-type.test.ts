import { describe, expect, it } from 'vitest';
import { levelBytes } from './level-bytes';
import { mediaTypeOf } from './media-type';
import { cutPoints, picture } from '../../../cli/testing/dcs-files';
import { writeDcsFile } from '../../../workers/dcs-file/dcs-file';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('mediaTypeOf', () => {
  it.each([
    ['image/png', '\x89PNG\r\n\x1a\n'],
    ['image/jpeg', '\xff\xd8\xff\xe0'],
    ['image/gif', 'GIF89a'],
    ['image/webp', 'RIFF\x01\x02\x03\x04WEBPVP8 '],
    ['image/avif', '\0\0\0\x1cftypavif'],
    ['image/avif', '\0\0\0\x1cftypavis'],
    ['video/mp4', '\0\0\0\x1cftypisom'],
    ['video/webm', '\x1a\x45\xdf\xa3\x01'],
    [null, '\x89DCS\r\n\x1a\n'],
    [null, 'a holiday photograph'],
    [null, ''],
    [null, 'RIFF\x01\x02\x03\x04WAVE'],
  ])('is %s by the first bytes', (type, beginning) => {
    expect(mediaTypeOf(bytes(beginning))).toBe(type);
  });
});

describe('levelBytes', () => {
  it('says where the file may be cut, and nothing wrong of other files', () => {
    const file = writeDcsFile(picture(), 'int8');
    expect(levelBytes(file, 3)).toEqual(cutPoints(file));
    expect(levelBytes(new Uint8Array(30).fill(255), 3)).toEqual([10, 20, 30]);
    expect(levelBytes(new Uint8Array(0), 2)).toEqual([0, 0]);
  });
});
