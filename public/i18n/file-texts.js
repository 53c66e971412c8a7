// @ts-check
/** @import { FileInfo } from '../../src/protocol/resources.ts' */
/** @import { FileKind } from '../shared/files.js' */
/** @import { TextKey } from './translate.js' */
import { withoutFences } from '../shared/fences.js';
import { clip } from '../shared/graphemes.js';
import { isPicture, kindOf, shownName } from '../shared/files.js';
import { t } from './translate.js';

/** @type {Record<FileKind, TextKey>} */
const NAMED = {
  picture: 'file.picture',
  sound: 'file.sound',
  video: 'file.video',
  text: 'file.other',
  other: 'file.other',
};

/** A longer name loses its middle: its end says what the file is. */
const LONGEST_NAME = 60;
const LONGEST_END = 12;

/**
 * Returns a name of a file that fits into few lines.
 *
 * @param {string} name
 */
export function shortName(name) {
  const shown = shownName(name);
  if (shown.length <= LONGEST_NAME) return shown;
  return `${clip(shown, LONGEST_NAME - LONGEST_END)}…${shown.slice(-LONGEST_END).replace(/^[\uDC00-\uDFFF]/, '')}`;
}

/**
 * Returns what a picture shows, as its sender describes it; without a description its name.
 *
 * @param {FileInfo} file
 */
export const altOf = ({ alt, name }) => alt ?? t('file.picture', { name: shortName(name) });

/**
 * Returns the files of a message in a few words: "Picture cat.jpg", "3 pictures", "2 files".
 *
 * @param {readonly FileInfo[]} files
 */
export function summaryOf(files) {
  const [first] = files;
  if (!first) return '';
  if (files.length === 1) return t(NAMED[kindOf(first)], { name: shortName(first.name) });
  const allPictures = files.every(isPicture);
  return t(allPictures ? 'file.pictures' : 'file.files', { count: files.length });
}

/**
 * Returns what a message says in one line: its text without the fences of code, or else what it carries.
 *
 * @param {{ text: string, files: readonly FileInfo[] }} message
 */
export const lineOf = ({ text, files }) => withoutFences(text) || summaryOf(files);
