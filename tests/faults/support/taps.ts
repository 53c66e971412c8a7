import { get, type IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { onTestFinished } from 'vitest';
import { checkFrame, WebSocket } from '../../support/frame-check.ts';
import { socketUrl, type At, type Frame } from '../../support/client.ts';

/*
 * Readers that are light enough to run many of them, and that hand on every frame as received. They make no
 * assertions; the test judges what they receive.
 */

/** One connection that receives the log. */
export interface Tap {
  /** Resolves with true once the replay is over, or with false if the connection ended before. */
  readonly live: Promise<boolean>;
  /** Resolves when the connection ends: with the close code of a WebSocket, with 0 for a stream. */
  readonly closed: Promise<number>;
  send(command: object): void;
  end(): void;
}

/** Receives each frame as JSON; `id` is the id of a stream's event, null on a socket. */
export type OnFrame = (json: string, id: string | null) => void;

const typeOf = (json: string) => /^\{"type":"([a-z._]+)"/.exec(json)?.[1];

/** Follows a room over a WebSocket. */
export function tapRoom(
  server: At,
  token: string,
  roomId: string,
  query: { after?: number | undefined; epoch?: string | undefined },
  onFrame: OnFrame,
): Tap {
  const ws = new WebSocket(socketUrl(server, roomId, { token, ...query }));
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

/** Follows all rooms of a user over a stream of server-sent events. */
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
        checkFrame('notifications', json);
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
      // Only a line feed ends a line. Texts may contain U+2028, where `.` would stop.
      const data = /(?:^|\n)data: ([^\n]*)/.exec(block)?.[1];
      const id = /(?:^|\n)id: ([^\n]*)/.exec(block)?.[1];
      if (data !== undefined) onFrame(data, id ?? null);
    }
  });
}

export const parse = (json: string): Frame => JSON.parse(json) as Frame;

/** Whether a frame is a durable event. */
export const isDurable = (json: string): boolean =>
  /^\{"type":"(room\.created|room\.updated|message\.|member\.|reaction\.)/.test(json);
