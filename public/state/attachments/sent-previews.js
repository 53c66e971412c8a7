// @ts-check
/** @import { Attachment } from './attachment.js' */

/** So long, at most, a picture of the server takes until it has loaded. */
const KEPT_MS = 30_000;

/** @type {Map<string, string>} by the file's id on the server */
const previews = new Map();

/**
 * Returns what a picture that was sent from here looks like, until the server's own has loaded; null for others.
 *
 * @param {string} fileId
 */
export const sentPreview = (fileId) => previews.get(fileId) ?? null;

/** @param {Attachment} attachment whose message has arrived */
export function keepPreview(attachment) {
  const { fileId, preview } = attachment;
  if (fileId === null || preview === null) return attachment.dispose();
  previews.set(fileId, preview);
  setTimeout(() => {
    previews.delete(fileId);
    attachment.dispose();
  }, KEPT_MS);
}
