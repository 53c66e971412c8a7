/** A table that is copied. */
export interface CopiedTable {
  readonly name: string;
  /** The columns of its primary key. Both databases sort text by code points, so its order is the same in both. */
  readonly key: readonly string[];
}

/** In an order in which no row comes before one that it refers to. */
export const copiedTables: readonly CopiedTable[] = [
  { name: 'meta', key: ['key'] },
  { name: 'users', key: ['id'] },
  { name: 'sessions', key: ['id'] },
  { name: 'known_addresses', key: ['user_id', 'address_hash'] },
  { name: 'reset_tokens', key: ['token_hash'] },
  { name: 'blocks', key: ['user_id', 'blocked_id'] },
  { name: 'rooms', key: ['id'] },
  { name: 'incoming_hooks', key: ['id'] },
  { name: 'members', key: ['room_id', 'user_id'] },
  { name: 'bans', key: ['room_id', 'user_id'] },
  { name: 'deleted_room_members', key: ['room_id', 'user_id'] },
  { name: 'notify_levels', key: ['user_id', 'room_id'] },
  { name: 'push_subscriptions', key: ['id'] },
  { name: 'invites', key: ['code'] },
  { name: 'outgoing_hooks', key: ['id'] },
  { name: 'events', key: ['pos'] },
  { name: 'messages', key: ['room_id', 'seq'] },
  { name: 'files', key: ['id'] },
  { name: 'file_removals', key: ['file_id'] },
  { name: 'mentions', key: ['user_id', 'room_id', 'seq'] },
  { name: 'audit', key: ['id'] },
  { name: 'identities', key: ['issuer', 'subject'] },
  { name: 'host_tokens', key: ['session_id'] },
];

/** The rows of `meta` that are copied. The others are about SQLite's file and its search index. */
export const COPIED_META = [
  'epoch',
  'setup_code',
  'vapid_keys',
  'push_pos',
  'files_id',
  'server_bot',
];

export const listOf = (columns: readonly string[]): string =>
  columns.map((column) => `"${column}"`).join(', ');

/**
 * A row as one line of JSON, the same for a row of SQLite and of PostgreSQL. Bytes are in PostgreSQL's own notation.
 */
export function toLine(row: Record<string, unknown>): string {
  for (const [column, value] of Object.entries(row)) {
    if (value instanceof Uint8Array) row[column] = `\\x${Buffer.from(value).toString('hex')}`;
  }
  return JSON.stringify(row);
}
