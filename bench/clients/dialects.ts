import type { ServerName } from '../servers.ts';

/** What a frame is to a client that counts. */
export type Kind = 'ack' | 'delivery' | 'ready' | 'ping' | 'refused' | 'other';

/** How a server is spoken to over its WebSockets. */
export interface Dialect {
  path(roomId: string, token: string): string;
  /** What a client says first. */
  readonly hello: string | null;
  /** A command that sends a text; `id` is told in the ack, where there is one. */
  send(text: string, id: number): string;
  kindOf(frame: Buffer, start: number): Kind;
  /** What answers a ping that is a message. */
  readonly pong: string;
  /** Where there is no ack, a message that comes back to its sender stands for it. */
  readonly echoIsAck: boolean;
}

/** Tells frames by a letter at one place, which is enough for those that a server sends. */
const byLetter = (frame: Buffer, at: number) => String.fromCharCode(frame[at]!);

/** By the first letter of their type. */
const FRAMES: Readonly<Record<string, Kind>> = {
  a: 'ack',
  m: 'delivery',
  l: 'ready',
  e: 'refused',
};

/** Engine.IO's packet 4 is a message; Socket.IO's in it: 0 joined, 2 an event, 3 an ack. */
const PACKETS: Readonly<Record<string, Kind>> = { '40': 'ready', '42': 'delivery', '43': 'ack' };

export const dialects: Readonly<Record<ServerName, Dialect>> = {
  charla: {
    path: (roomId, token) => `/ws/chat/${roomId}?token=${token}`,
    hello: null,
    send: (text, id) => JSON.stringify({ type: 'send', text, clientMsgId: `message-${id}` }),
    // {"type":"ack" … {"type":"message.created" … but {"type":"member.joined" …
    kindOf: (frame, start) => {
      const kind = FRAMES[byLetter(frame, start + 9)] ?? 'other';
      return kind === 'delivery' && byLetter(frame, start + 11) !== 's' ? 'other' : kind;
    },
    pong: '',
    echoIsAck: false,
  },
  'bare ws': {
    path: (roomId) => `/${roomId}`,
    hello: null,
    send: (text, id) => JSON.stringify({ type: 'send', text, clientMsgId: `message-${id}` }),
    kindOf: (frame, start) => (byLetter(frame, start) === '{' ? 'delivery' : 'ready'),
    pong: '',
    echoIsAck: true,
  },
  'socket.io': {
    path: (roomId) => `/socket.io/?EIO=4&transport=websocket&room=${roomId}`,
    hello: '40',
    send: (text, id) => `42${id}${JSON.stringify(['send', { text }])}`,
    kindOf: (frame, start) => {
      const packet = frame.toString('latin1', start, start + 2);
      return PACKETS[packet] ?? (packet.startsWith('2') ? 'ping' : 'other');
    },
    pong: '3',
    echoIsAck: false,
  },
};
