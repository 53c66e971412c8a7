import type { Message, RoomKind } from '../../protocol/resources.ts';
import type { SearchResult } from '../../protocol/search.ts';

/* The port of text search. Each database implements it; words, snippets and names are the same for all. */

/** Keeps the search index in step, inside the transactions that change texts. */
export interface TextIndex {
  /**
   * To be called where a message no longer says `text`, because it was edited, deleted or purged. New messages
   * need no call. What a message says now is found by the next search.
   */
  forgetText(
    room: { readonly id: string; readonly kind: RoomKind | `deleted ${RoomKind}` },
    message: { readonly seq: number; readonly text: string },
  ): Promise<void>;
}

/** The rooms to search. */
export interface SearchScope {
  /** Whether every public room is searched. */
  readonly publicRooms: boolean;
  /** Rooms that are searched in any case. */
  readonly roomIds: readonly string[];
  /** Public rooms that are left out. */
  readonly exceptRoomIds: readonly string[];
}

export interface SearchRequest {
  /** Every word must occur, the last one as a prefix. Any text is valid. */
  readonly query: string;
  readonly scope: SearchScope;
  /** Only messages before this position of the server's log. */
  readonly before: number | undefined;
  readonly limit: number;
}

export interface SearchHit {
  readonly message: Message;
  /** The position of its message.created in the server's log. */
  readonly pos: number;
  readonly snippet: SearchResult['snippet'];
}

/** The newest messages first. */
export interface SearchPage {
  readonly hits: readonly SearchHit[];
  /** Whether there are others after the last one. */
  readonly more: boolean;
}
