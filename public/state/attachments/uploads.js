// @ts-check
/** @import { Refusal } from '../../i18n/refusals.js' */
/** @import { Attachment } from './attachment.js' */
import { ApiError } from '../../client/api-error.js';
import { backoff, ORDINARY } from '../../client/backoff.js';
import { api, client } from '../client.js';

/* Uploads of this page. Each is tried until the server has the file or refuses it for good. */

/** The server takes five of one user at once: some are left for other tabs. */
const AT_ONCE = 3;
/** The file was changed, moved or deleted since it was chosen, or was not kept. */
const UNREADABLE = { code: 'file_unreadable', message: '' };

/** @type {Map<Attachment, { stop: AbortController, ended: Promise<void> }>} */
const running = new Map();
let free = AT_ONCE;
/** Uploads that wait for a free place, the first one first. @type {(() => void)[]} */
const line = [];
/** Ends the pauses between attempts. @type {Set<() => void>} */
const pauses = new Set();

// What is under way while the network changes, the browser ends by itself.
client.followNetwork({ interrupt() {}, wake: () => pauses.forEach((end) => end()) });

/**
 * Uploads a file, unless that is under way or done. Resolves when the upload has ended, however it has.
 *
 * @param {Attachment} attachment
 * @returns {Promise<void>}
 */
export function upload(attachment) {
  if (attachment.fileId !== null) return Promise.resolve();
  const known = running.get(attachment);
  if (known) return known.ended;
  const stop = new AbortController();
  const ended = run(attachment, stop.signal).finally(() => {
    if (running.get(attachment)?.stop === stop) running.delete(attachment);
  });
  running.set(attachment, { stop, ended });
  attachment.onStop = () => {
    if (running.get(attachment)?.stop !== stop) return;
    running.delete(attachment);
    stop.abort();
    attachment.state.value = 'waiting';
  };
  return ended;
}

/**
 * @param {Attachment} attachment
 * @param {AbortSignal} signal
 */
async function run(attachment, signal) {
  attachment.state.value = 'waiting';
  attachment.trouble.value = null;
  try {
    const id = await keepTrying(attachment, signal);
    attachment.fileId = id;
    attachment.trouble.value = null;
    attachment.state.value = 'uploaded';
  } catch (error) {
    if (signal.aborted) return;
    // The session has ended: the file waits for the same user's return.
    if (error instanceof ApiError && error.statusCode === 401) {
      attachment.state.value = 'waiting';
      return;
    }
    attachment.trouble.value = toTrouble(error);
    attachment.state.value = 'failed';
  }
}

/**
 * @param {Attachment} attachment
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the id of the file
 */
async function keepTrying(attachment, signal) {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt(attachment, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ApiError) || !mayPass(error)) throw error;
      await requireReadable(attachment);
      attachment.state.value = 'waiting';
      attachment.trouble.value = toTrouble(error);
      await pause(1000 * error.retryAfter + backoff(failures, ORDINARY), signal);
    }
  }
}

/**
 * @param {Attachment} attachment
 * @param {AbortSignal} signal
 */
async function attempt(attachment, signal) {
  const { roomId, name, blob } = attachment;
  if (!blob) throw UNREADABLE;
  await place();
  try {
    signal.throwIfAborted();
    attachment.progress.value = 0;
    attachment.state.value = 'uploading';
    const onProgress = (/** @type {number} */ part) => (attachment.progress.value = part);
    const { id } = await api.files.upload(roomId, blob, { name, onProgress, signal });
    return id;
  } finally {
    leavePlace();
  }
}

/** Whether the same upload may succeed later. @param {ApiError} error */
const mayPass = ({ statusCode }) => statusCode === 0 || statusCode === 429 || statusCode >= 500;

/** A browser reports a file that it cannot read as a failure of the network. @param {Attachment} attachment */
async function requireReadable({ blob }) {
  try {
    await blob?.slice(0, 1).arrayBuffer();
  } catch {
    throw UNREADABLE;
  }
}

/**
 * @param {unknown} error
 * @returns {Refusal}
 */
function toTrouble(error) {
  if (error === UNREADABLE) return UNREADABLE;
  if (!(error instanceof ApiError)) throw error;
  // Of a refused picture the details say why; the message says only that they do.
  const { code, message, details } = error;
  return { code, message: code === 'validation_failed' ? (details[0]?.message ?? '') : message };
}

/** @returns {Promise<void>} resolves when an upload may start */
function place() {
  if (free === 0) return new Promise((resolve) => line.push(resolve));
  free -= 1;
  return Promise.resolve();
}

function leavePlace() {
  const next = line.shift();
  if (next) next();
  else free += 1;
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal ends it early, as the return of the network does
 */
function pause(ms, signal) {
  return new Promise((/** @type {(ended: void) => void} */ resolve) => {
    const end = () => {
      clearTimeout(timer);
      pauses.delete(end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    pauses.add(end);
    signal.addEventListener('abort', end);
  });
}
