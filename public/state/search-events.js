// @ts-check
/** @import { ChatEvent } from '../../src/protocol/events.ts' */
/** @import { Message, RoomSummary } from '../../src/protocol/resources.ts' */
/** @import { SearchResult } from '../../src/protocol/search.ts' */
import { withProfile } from './people.js';
import { me } from './session.js';

/**
 * Returns search results as they are after an event.
 *
 * @param {ChatEvent} event
 * @param {readonly SearchResult[]} results
 * @returns {readonly SearchResult[]}
 */
export function resultsAfter(event, results) {
  if (event.type === 'message.deleted') return results.filter((one) => !isOf(event.message, one));
  if (event.type === 'message.edited') {
    const { message } = event;
    // Only another search knows where the words are in the new text.
    const edited = { message, snippet: [{ text: message.text, match: false }] };
    return results.map((one) =>
      isOf(message, one) && isOlder(one.message, message) ? { ...one, ...edited } : one,
    );
  }
  if (event.type === 'user.updated') {
    const { user } = event;
    return results.map((one) => {
      const { author } = one.message;
      if (author.id !== user.id) return one;
      return { ...one, message: { ...one.message, author: withProfile(author, user) } };
    });
  }
  if (event.type === 'room.deleted') return results.filter(({ room }) => room.id !== event.roomId);
  if (event.type === 'member.left' && event.user.id === me.value?.id) {
    // Whoever is not banned from a public room may read it.
    const isReadable = (/** @type {RoomSummary} */ { kind }) =>
      kind === 'public' && event.reason !== 'banned';
    return results.filter(({ room }) => room.id !== event.roomId || isReadable(room));
  }
  return results;
}

/**
 * @param {Message} message
 * @param {SearchResult} result
 */
const isOf = ({ roomId, seq }, { message }) => message.roomId === roomId && message.seq === seq;

/**
 * @param {Message} one
 * @param {Message} other the same message
 */
const isOlder = (one, other) => (one.editedAt ?? '') < (other.editedAt ?? '');
