import type { WebSocket } from 'ws';
import type { Frame } from '../../support/client.ts';

/** Sends commands over a socket, many at once, and matches each ack or error to its command by the ref. */
export class Asker {
  readonly #ws: WebSocket;
  readonly #waiting = new Map<string, (answer: Frame) => void>();
  #refs = 0;

  constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('message', (data: Buffer) => {
      const json = data.toString();
      if (!json.startsWith('{"type":"ack"') && !json.startsWith('{"type":"error"')) return;
      const answer = JSON.parse(json) as Frame;
      this.#waiting.get(String(answer['ref']))?.(answer);
      this.#waiting.delete(String(answer['ref']));
    });
  }

  ask(command: object): Promise<Frame> {
    const ref = `${(this.#refs += 1)}`;
    this.#ws.send(JSON.stringify({ ...command, ref }));
    return new Promise((resolve) => this.#waiting.set(ref, resolve));
  }
}
