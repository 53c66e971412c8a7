import type { User } from '../../../protocol/resources.ts';
import type { News } from '../../cluster.ts';

/** The channel on which nodes tell each other what the log does not carry. */
export const NEWS_CHANNEL = 'charla_news';
/** PostgreSQL's limit of a payload is below 8,000 bytes. */
const MAX_BYTES = 7900;

/** A change of who has a socket where: 1 where their first one has opened, 0 where the last one has closed. */
export type PresenceChange = readonly [roomId: string, user: User, isPresent: 0 | 1];

/** What a node tells the others in one notification. */
export interface Payload {
  /** The node that tells it. */
  readonly node: string;
  /** It is alive. */
  readonly beat?: true;
  /** These nodes are not: they have left, or were removed. */
  readonly gone?: readonly string[];
  /** It has written anew who has a socket on it. */
  readonly again?: true;
  readonly present?: readonly PresenceChange[];
  readonly news?: readonly News[];
}

export const toPayload = (payload: Payload): string => JSON.stringify(payload);
export const fromPayload = (text: string): Payload => JSON.parse(text) as Payload;

/** The payloads of a list, in order, as many items in each as fit. An item that does not fit alone is left out. */
export function toPayloads(
  node: string,
  kind: 'present' | 'news',
  items: readonly object[],
): string[] {
  const payloads: string[] = [];
  const start = `{"node":${JSON.stringify(node)},"${kind}":[`;
  let texts: string[] = [];
  let bytes = start.length + 2;
  const flush = () => {
    if (texts.length > 0) payloads.push(`${start}${texts.join(',')}]}`);
    texts = [];
    bytes = start.length + 2;
  };
  for (const item of items) {
    const text = JSON.stringify(item);
    const size = Buffer.byteLength(text) + 1;
    if (bytes + size > MAX_BYTES) flush();
    if (bytes + size > MAX_BYTES) continue;
    texts.push(text);
    bytes += size;
  }
  flush();
  return payloads;
}
