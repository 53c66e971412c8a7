// @ts-check
/** @import { FileInfo } from '../../../src/protocol/resources.ts' */
/** @import { FilePlace } from '../../state/file-links.js' */
import { shownName } from '../../shared/files.js';
import { linkTo } from '../../state/file-links.js';

/**
 * Saves a file under its name.
 *
 * @param {FileInfo} file
 * @param {FilePlace} place
 */
export async function download(file, place) {
  const { url } = await linkTo(place);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = shownName(file.name);
  anchor.click();
}
