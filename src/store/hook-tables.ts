/* The tables of a room's integrations, as tables.ts has the others. */

/** Outgoing webhooks: what is delivered to whom, and how far that has come. */
export interface OutgoingHooksTable {
  id: string;
  room_id: string;
  /** Who made it, and is told where it is disabled. */
  created_by: string;
  url: string;
  /** JSON: the types of events that it takes; null for all. */
  events: string | null;
  /** What its deliveries are signed with: it is needed again, so it is no hash. */
  secret: string;
  created_at: number;
  /** The last event of the room that it is done with. */
  seq: number;
  /** Failed attempts since the last one that succeeded. */
  failures: number;
  /** When a hook that fails is tried again; null where it does not fail. */
  next_attempt_at: number | null;
  disabled_at: number | null;
  /** The last attempt: when it ended, the status it was answered with, and what was wrong. */
  last_at: number | null;
  last_status: number | null;
  last_error: string | null;
}
