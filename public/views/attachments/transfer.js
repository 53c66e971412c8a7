// @ts-check

/** Whether files are being dragged. @param {DragEvent} event */
export const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files') ?? false;

/**
 * Returns the files that were dropped or pasted, without folders.
 *
 * @param {DataTransfer} transfer
 * @returns {File[]}
 */
export function filesIn({ items }) {
  return Array.from(items)
    .filter(({ kind }) => kind === 'file')
    .filter((item) => !item.webkitGetAsEntry?.()?.isDirectory)
    .flatMap((item) => item.getAsFile() ?? []);
}

/**
 * Returns the files that a paste is about: none where programs add a picture of the text that they copy.
 *
 * @param {ClipboardEvent} event
 */
export function pastedFiles({ clipboardData }) {
  if (!clipboardData) return [];
  const { types } = clipboardData;
  const isText = types.includes('text/plain') && types.includes('text/html');
  return isText ? [] : filesIn(clipboardData);
}
