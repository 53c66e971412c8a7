// @ts-check
/** @import { SendMessage } from '../../src/protocol/commands.ts' */
import { randomId } from './random-id.js';

/**
 * @typedef {object} Message
 * @property {string} text may be empty where there are files
 * @property {string} [clientMsgId] a random one without it
 * @property {number} [replyTo] a seq
 * @property {readonly string[]} [fileIds] files that were uploaded to the room, in this order
 * @property {Readonly<Record<string, string>>} [alts] what they show, by their ids
 *
 * @typedef {SendMessage & { clientMsgId: string }} Outgoing
 */

const MAX_TEXT = 4_000;
const MAX_FILES = 10;
const MAX_ALT = 500;

/**
 * Returns a message as it is sent. Lengths are in code points.
 *
 * @param {Message} message
 * @returns {Outgoing}
 * @throws {RangeError} for one that the server would not accept
 */
export function toOutgoing({ text, clientMsgId = randomId(), replyTo, fileIds = [], alts = {} }) {
  const shortest = fileIds.length > 0 ? 0 : 1;
  requireLength('A message', 'characters', [...text].length, shortest, MAX_TEXT);
  requireLength('A message', 'files', fileIds.length, 0, MAX_FILES);
  for (const alt of Object.values(alts))
    requireLength('The description of a file', 'characters', [...alt].length, 1, MAX_ALT);
  return {
    text,
    clientMsgId,
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(fileIds.length === 0 ? {} : { fileIds: [...fileIds] }),
    ...(Object.keys(alts).length === 0 ? {} : { alts: { ...alts } }),
  };
}

/**
 * @param {string} what
 * @param {string} unit
 * @param {number} length
 * @param {number} min
 * @param {number} max
 */
function requireLength(what, unit, length, min, max) {
  if (length < min || length > max)
    throw new RangeError(`${what} has ${min} to ${max} ${unit}, not ${length}.`);
}
