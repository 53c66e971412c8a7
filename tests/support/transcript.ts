import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import type { At } from './client.ts';
import { checkStreamText, WebSocket } from './frame-check.ts';
import { escaped } from './shell-blocks.ts';

/*
 * Plays the transcripts of docs/protocol.md. A line has a name, `>` or `<`, and what is sent or received; a line without
 * a name goes on with the last one. "Ana" makes requests with her token ($ANA), and what is called "… socket" or
 * "… stream" is a connection, which `open` opens and `close` closes. Every frame and line that a connection receives
 * has to be shown, but for empty lines and comments of a stream. `…` stands for anything. `$NAME` is whatever it first
 * stood for.
 */

interface Line {
  readonly name: string;
  readonly isSent: boolean;
  readonly text: string;
}

/** Returns the lines of the `transcript` blocks of a document. */
export function transcriptOf(markdown: string): Line[] {
  let name = '';
  return [...markdown.matchAll(/^```transcript\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block!
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [, named, direction, text] = /^([\w' ]*?) *([<>]) (.*)$/.exec(line) ?? [];
        if (text === undefined) throw new Error(`No line of a transcript: ${line}`);
        name = named!.trim() || name;
        return { name, isSent: direction === '>', text };
      }),
  );
}

/** Plays lines in order on a server. */
export async function playTranscript(lines: readonly Line[], server: At): Promise<void> {
  const player = new Player(server);
  for (const line of lines) await player.play(line);
  player.expectNothingMore();
}

/** What somebody has received and the transcript has not shown yet. */
class Received {
  readonly #texts: string[] = [];
  #wake: () => void = () => {};

  push(text: string): void {
    this.#texts.push(text);
    this.#wake();
  }

  async next(): Promise<string> {
    while (this.#texts.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#texts.shift()!;
  }

  get waiting(): readonly string[] {
    return this.#texts;
  }
}

/** Takes what the server says over HTTP, where it does not open a socket. */
async function refusalOf(ws: WebSocket, received: Received): Promise<void> {
  const [, response] = (await once(ws, 'unexpected-response')) as [
    unknown,
    AsyncIterable<Buffer> & { readonly statusCode: number },
  ];
  let body = '';
  for await (const chunk of response) body += chunk.toString();
  received.push(`${response.statusCode} ${body}`);
}

class Player {
  readonly #server: At;
  readonly #values = new Map<string, string>();
  readonly #received = new Map<string, Received>();
  readonly #sockets = new Map<string, WebSocket>();
  readonly #streams = new Map<string, AbortController>();

  constructor(server: At) {
    this.#server = server;
  }

  async play({ name, isSent, text }: Line): Promise<void> {
    if (!isSent) this.#expect(await this.#of(name).next(), text, name);
    else await this.#send(name, this.#filled(text));
  }

  expectNothingMore(): void {
    for (const [name, { waiting }] of this.#received) expect(waiting, name).toEqual([]);
  }

  #of(name: string): Received {
    const found = this.#received.get(name) ?? new Received();
    this.#received.set(name, found);
    return found;
  }

  async #send(name: string, text: string): Promise<void> {
    const [first = '', path = '', ...rest] = text.split(' ');
    if (name.endsWith('socket')) {
      if (first === 'open') await this.#openSocket(name, path);
      else if (first === 'close') await this.#closeSocket(name);
      else this.#sockets.get(name)!.send(text);
    } else if (name.endsWith('stream')) {
      if (first === 'open') await this.#openStream(name, path, rest.join(' '));
      else this.#streams.get(name)!.abort();
    } else {
      await this.#request(name, first, path, rest.join(' '));
    }
  }

  async #request(name: string, method: string, path: string, body: string): Promise<void> {
    const token = this.#values.get(`$${name.toUpperCase()}`);
    const response = await fetch(this.#server.url + path, {
      method,
      headers: {
        connection: 'close',
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === '' ? {} : { body }),
    });
    this.#of(name).push(`${response.status} ${await response.text()}`.trim());
  }

  async #openSocket(name: string, path: string): Promise<void> {
    const received = this.#of(name);
    const ws = new WebSocket(this.#server.url.replace('http', 'ws') + path);
    this.#sockets.set(name, ws);
    onTestFinished(() => ws.terminate());
    ws.on('message', (data: Buffer) => received.push(data.toString()));
    ws.on('close', (code, reason) => received.push(`closed ${code} ${reason.toString()}`));
    await Promise.race([once(ws, 'open'), refusalOf(ws, received)]);
  }

  async #closeSocket(name: string): Promise<void> {
    const ws = this.#sockets.get(name)!;
    ws.removeAllListeners('close');
    ws.close();
    await once(ws, 'close');
  }

  async #openStream(name: string, path: string, header: string): Promise<void> {
    const received = this.#of(name);
    const stopping = new AbortController();
    this.#streams.set(name, stopping);
    onTestFinished(() => stopping.abort());
    const [field, value] = header.split(': ');
    const headers = field ? { [field]: value! } : {};
    const { signal } = stopping;
    const response = await fetch(this.#server.url + path, { headers, signal });
    const read = async () => {
      let rest = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body!) {
        const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
        rest = blocks.pop()!;
        for (const block of blocks) {
          checkStreamText(`${block}\n\n`);
          const lines = block.split('\n');
          for (const line of lines) if (line !== '' && !line.startsWith(':')) received.push(line);
        }
      }
      received.push('closed');
    };
    read().catch((error: unknown) => {
      if (!signal.aborted) received.push(String(error));
    });
  }

  /** Puts values in place of their names. */
  #filled(text: string): string {
    return text.replaceAll(/\$[A-Z_]+/g, (name) => {
      const value = this.#values.get(name);
      if (value === undefined) throw new Error(`${name} is sent, but was not received before`);
      return value;
    });
  }

  /** Compares what was received, and keeps the values of new names. */
  #expect(received: string, shown: string, by: string): void {
    const names: string[] = [];
    const pattern = shown
      .split(/(…|\$[A-Z_]+)/)
      .map((part) => {
        if (part === '…') return '.*?';
        if (!/^\$[A-Z_]+$/.test(part)) return escaped(part);
        const known = this.#values.get(part);
        if (known !== undefined) return escaped(known);
        names.push(part);
        return '([^"]+)';
      })
      .join('');
    const match = new RegExp(`^${pattern}$`).exec(received);
    if (!match) expect.fail(`${by} receives\n${received}\nbut the document shows\n${shown}`);
    names.forEach((name, i) => this.#values.set(name, match[i + 1]!));
  }
}
