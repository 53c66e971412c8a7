import { isVisible } from '../../public/shared/visible.js';
import { MAX_FILE_NAME } from '../protocol/limits.ts';

/** The name of a file without one. */
const NAMELESS = 'file';
/** The longest end of a name that is kept where the name is too long. */
const MAX_EXTENSION = 16;

/**
 * The name of a file as it is kept and shown, of any name that its sender gives it: without folders, control characters
 * and what changes the direction of text, and of 255 characters at most.
 */
export function fileNameFrom(raw: string): string {
  const name = raw
    .replace(/^.*[/\\]/s, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\p{Bidi_Control}\p{Cs}]+/gu, '')
    .trim();
  return isVisible(name) && !/^\.+$/.test(name) ? shortened(name) : NAMELESS;
}

/** Cuts the middle, so that the extension stays. */
function shortened(name: string): string {
  const characters = [...name];
  if (characters.length <= MAX_FILE_NAME) return name;
  const dot = characters.lastIndexOf('.');
  const hasExtension = dot > 0 && characters.length - dot <= MAX_EXTENSION;
  const extension = hasExtension ? characters.slice(dot) : [];
  return [...characters.slice(0, MAX_FILE_NAME - extension.length), ...extension].join('');
}
