import { Histogram, SECONDS, zeros } from '../counting.ts';
import { closeKinds, type CloseReason } from '../protocol/errors.ts';

const REPLAY_LENGTHS = [0, 10, 100, 1000, 10_000, 100_000];

/** What has been sent to connections, and why they were closed. Counted by groups of events, never for each delivery. */
export class Traffic {
  /** Live events of the log, once for each connection that they were handed to, by its kind. */
  readonly delivered = { websocket: 0, sse: 0 };
  /** Writes to connections; one may have many frames. */
  writes = 0;
  /** From the moment that a group of events is known here until all its frames are handed to their sockets. */
  readonly deliverySeconds = new Histogram(SECONDS);
  /** How many events connections were sent before they went live. */
  readonly replayed = new Histogram(REPLAY_LENGTHS);
  /** Closes by the server. */
  readonly closed = zeros(Object.keys(closeKinds) as CloseReason[]);
  /** What all peers together had not read at the last sweep. */
  unreadBytes = 0;
}
