// @ts-check
/** @import { ListMessages } from '../../src/protocol/commands.ts' */
/** @import { Message, MessagePage } from '../../src/protocol/resources.ts' */

/**
 * @typedef {'loading' | 'ready' | 'failed'} LoadState
 *
 * @typedef {object} HistoryHandlers
 * @property {() => void} flushEvents applies the events that wait for a frame
 * @property {(message: Message) => void} onMessage a message is in the timeline now
 * @property {() => void} onLoad a page is in the timeline now
 * @property {(message: Message) => boolean} isNew whether it was unread when the room was opened
 *
 * @typedef {(query: ListMessages) => Promise<MessagePage>} ListPage
 *
 * A part of a room's history; `target` is the seq to scroll to, null for the end.
 * @typedef {{ messages: readonly Message[], hasOlder: boolean, hasNewer: boolean, target: number | null }} Part
 */

/** Messages in a page: few enough that their rows fit into a frame. */
export const PAGE = 30;
/** Messages in a page that is loaded while the reader scrolls, when frames have more to do. */
export const NEXT_PAGE = 20;
/** Messages in a page that replaces rows which are shown already. */
export const LONG_PAGE = 200;

/**
 * Loads the newest messages.
 *
 * @param {ListPage} list
 * @returns {Promise<Part>}
 */
export async function newestPart(list) {
  const { messages, hasMore } = await list({ limit: PAGE });
  return { messages, hasOlder: hasMore, hasNewer: false, target: null };
}

/**
 * Loads the messages around a seq.
 *
 * @param {number} seq
 * @param {ListPage} list
 * @param {(later: Message[]) => { seq: number } | undefined} choose chooses the message to scroll to, from
 *   those at the seq and past it
 * @returns {Promise<Part>}
 */
export async function partAround(seq, list, choose) {
  const [earlier, later] = await Promise.all([
    list({ before: seq, limit: PAGE }),
    list({ after: seq - 1, limit: PAGE }),
  ]);
  return {
    messages: [...earlier.messages, ...later.messages],
    hasOlder: earlier.hasMore,
    hasNewer: later.hasMore,
    target: choose(later.messages)?.seq ?? null,
  };
}
