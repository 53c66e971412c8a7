import type { ServerName } from '../servers.ts';

/** What a frame means to a client that counts. */
export type Kind = 'ack' | 'delivery' | 'ready' | 'ping' | 'error' | 'other';

/** The protocol that a server speaks over its WebSockets. */
export interface Dialect {
  path(roomId: string, token: string): string;
  /** The first frame of a client, if any. */
  readonly hello: string | null;
  /** Returns a command that sends a text; an ack, if any, carries `id`. */
  send(text: string, id: number): string;
  kindOf(frame: Buffer, start: number): Kind;
  /** The response to a ping that is sent as a message. */
  readonly pong: string;
  /** True if the server sends no ack: the sender's own message coming back counts as one. */
  readonly echoIsAck: boolean;
}

/** One letter at a fixed place is enough to distinguish the frames that a server sends. */
const letterAt = (frame: Buffer, at: number) => String.fromCharCode(frame[at]!);

/** Kinds of frames by the first letter of their type. */
const FRAMES: Readonly<Record<string, Kind>> = {
  a: 'ack',
  m: 'delivery',
  l: 'ready',
  e: 'error',
};

/** Engine.IO's packet type 4 is a message; in it, Socket.IO's 0 is connected, 2 an event, 3 an ack. */
const PACKETS: Readonly<Record<string, Kind>> = { '40': 'ready', '42': 'delivery', '43': 'ack' };

const charla: Dialect = {
  path: (roomId, token) => `/ws/chat/${roomId}?token=${token}`,
  hello: null,
  send: (text, id) => JSON.stringify({ type: 'send', text, clientMsgId: `message-${id}` }),
  // {"type":"ack" … {"type":"message.created" … but {"type":"member.joined" …
  kindOf: (frame, start) => {
    const kind = FRAMES[letterAt(frame, start + 9)] ?? 'other';
    return kind === 'delivery' && letterAt(frame, start + 11) !== 's' ? 'other' : kind;
  },
  pong: '',
  echoIsAck: false,
};

const bareWs: Dialect = {
  path: (roomId) => `/${roomId}`,
  hello: null,
  send: (text, id) => JSON.stringify({ type: 'send', text, clientMsgId: `message-${id}` }),
  kindOf: (frame, start) => (letterAt(frame, start) === '{' ? 'delivery' : 'ready'),
  pong: '',
  echoIsAck: true,
};

const socketIo: Dialect = {
  path: (roomId) => `/socket.io/?EIO=4&transport=websocket&room=${roomId}`,
  hello: '40',
  send: (text, id) => `42${id}${JSON.stringify(['send', { text }])}`,
  kindOf: (frame, start) => {
    const packet = frame.toString('latin1', start, start + 2);
    return PACKETS[packet] ?? (packet.startsWith('2') ? 'ping' : 'other');
  },
  pong: '3',
  echoIsAck: false,
};

export const dialects: Readonly<Record<ServerName, Dialect>> = {
  'bare ws': bareWs,
  charla,
  'charla before': charla,
  'socket.io': socketIo,
  'charla on PostgreSQL': charla,
  '3 × charla on PostgreSQL': charla,
  'NestJS on PostgreSQL': socketIo,
};
