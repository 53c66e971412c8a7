import { get, type IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { At, Frame } from '../../support/client.ts';

/*
 * Readers that are light enough to stand many, and that show every frame as it came. They fail
 * nothing by themselves: what they are told is for the test to judge.
 */

/** One connection that is told of the log. */
export interface Tap {
  /** True once the replay is over; false where the connection ended before. */
  readonly live: Promise<boolean>;
  /** Resolves when it has ended: the close code of a WebSocket, 0 of a stream. */
  readonly closed: Promise<number>;
  send(command: object): void;
  end(): void;
}

/** Is told each frame, as JSON; `id` is that of a stream's event. */
export type OnFrame = (json: string, id: string | null) => void;

const typeOf = (json: string) => /^\{"type":"([a-z._]+)"/.exec(json)?.[1];

/** Follows a room over a WebSocket. */
export function tapRoom(
  { url }: At,
  token: string,
  roomId: string,
  query: { after?: number | undefined; epoch?: string | undefined },
  onFrame: OnFrame,
): Tap {
  const parameters = new URLSearchParams({ token });
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(key, String(value));
  }
  const ws = new WebSocket(
    `${url.replace('http', 'ws')}/ws/chat/${roomId}?${parameters.toString()}`,
  );
  onTestFinished(() => ws.terminate());
  ws.on('error', () => {});
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  const live = new Promise<boolean>((resolve) => {
    ws.on('message', (data: Buffer) => {
      const json = data.toString();
      onFrame(json, null);
      if (typeOf(json) === 'live') resolve(true);
    });
    void closed.then(() => resolve(false));
  });
  return {
    live,
    closed,
    send: (command) => {
      if (ws.readyState === WebSocket.OPEN) ws.send(JSON.stringify(command));
    },
    end: () => ws.terminate(),
  };
}

/** Follows all of one's rooms over a stream of server-sent events. */
export function tapStream(
  { url }: At,
  token: string,
  lastEventId: string | undefined,
  onFrame: OnFrame,
): Tap {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const request = get(`${url}/notifications`, { headers, agent: false });
  onTestFinished(() => void request.destroy());
  const closed = new Promise<number>((resolve) => request.on('close', () => resolve(0)));
  request.on('error', () => {});
  const live = new Promise<boolean>((resolve) => {
    request.on('response', (response) => {
      readEvents(response, (json, id) => {
        onFrame(json, id);
        if (typeOf(json) === 'live') resolve(true);
      });
    });
    void closed.then(() => resolve(false));
  });
  const send = () => {
    throw new Error('A stream takes no commands');
  };
  return { live, closed, send, end: () => void request.destroy() };
}

function readEvents(response: IncomingMessage, onFrame: OnFrame): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  response.on('error', () => {});
  response.on('data', (bytes: Buffer) => {
    rest += decoder.write(bytes);
    const end = rest.lastIndexOf('\n\n');
    if (end < 0) return;
    const blocks = rest.slice(0, end).split('\n\n');
    rest = rest.slice(end + 2);
    for (const block of blocks) {
      // A line ends at a line feed only: U+2028, which texts may hold, ends none, and `.` stops there.
      const data = /(?:^|\n)data: ([^\n]*)/.exec(block)?.[1];
      const id = /(?:^|\n)id: ([^\n]*)/.exec(block)?.[1];
      if (data !== undefined) onFrame(data, id ?? null);
    }
  });
}

export const parse = (json: string): Frame => JSON.parse(json) as Frame;

/** Whether a frame is an event of the log. */
export const isNumbered = (json: string): boolean =>
  /^\{"type":"(room\.created|room\.updated|message\.|member\.|reaction\.)/.test(json);
