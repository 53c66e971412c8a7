// @ts-check

/* For the server and the page alike: no DOM, no Node. */

/**
 * What a file is for its readers; `other` is never shown in place.
 *
 * @typedef {'picture' | 'sound' | 'video' | 'text' | 'other'} FileKind
 *
 * @typedef {{ name: string, type: string, width: number | null }} NamedFile
 */

/** The pictures that browsers may show. SVG is not one of them, since it can hold scripts. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/**
 * @param {Pick<NamedFile, 'type' | 'width'>} file
 * @returns {FileKind}
 */
export function kindOf({ type, width }) {
  if (PICTURES.has(type)) return width === null ? 'other' : 'picture';
  if (type.startsWith('audio/')) return 'sound';
  if (type.startsWith('video/')) return 'video';
  return type === 'text/plain' ? 'text' : 'other';
}

/** @param {Pick<NamedFile, 'type' | 'width'>} file */
export const isPicture = (file) => kindOf(file) === 'picture';

/** Characters that turn the text around them: with one, "cod\u202Egpj.exe" looks like "codexe.jpg". */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/g;
/** Control characters, line breaks and runs of spaces, which push the end of a name out of sight. */
const BLANK = /[\s\p{Cc}]+/gu;

/**
 * Returns the name of a file as it is shown: in one line, its letters in the order in which they are written.
 *
 * @param {string} name as its sender chose it
 */
export const shownName = (name) => name.replace(TURNING, '').replace(BLANK, ' ').trim() || '–';

const SYMBOLS = { picture: '🖼️', sound: '🎵', video: '🎬', text: '📄', other: '📎' };

/**
 * Returns what stands for the files of a message without text where the reader's language is not known: the first
 * name, and how many files more.
 *
 * @param {readonly NamedFile[]} files
 */
export function signOf(files) {
  const [first] = files;
  if (!first) return '';
  const more = files.length > 1 ? ` +${files.length - 1}` : '';
  return `${SYMBOLS[kindOf(first)]} ${shownName(first.name)}${more}`;
}
