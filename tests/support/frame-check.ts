import { EventSource as PlainEventSource } from 'eventsource';
import { WebSocket as PlainWebSocket, type ClientOptions, type RawData } from 'ws';
import { asyncApiDocument } from '../../src/transports/docs/asyncapi.ts';
import { compileSchema } from './json-schema.ts';

/*
 * Every frame and event that a test receives is held to the AsyncAPI document: the clients of tests are those of this
 * file. tests/support/setup.ts fails a test that has received anything else.
 */

type Channel = 'room' | 'notifications';
type Check = (value: unknown) => string | null;

const document = asyncApiDocument('0.0.0');

/** What may be sent with each `type`, of which there may be several. Compiled when first received. */
const checks: Record<Channel, Map<string, Check[]>> = { room: new Map(), notifications: new Map() };

const found: string[] = [];

/** Returns the frames that no document describes, since the last call. */
export function takeUnknownFrames(): string[] {
  return found.splice(0);
}

/** Holds a frame or an event to the document. */
export function checkFrame(channel: Channel, json: string): void {
  const problem = problemOf(channel, json);
  if (problem !== null && found.length < 10) found.push(`${problem}: ${json.slice(0, 2000)}`);
}

function problemOf(channel: Channel, json: string): string | null {
  const value = JSON.parse(json) as { type?: unknown };
  const type = String(value.type);
  let known = checks[channel].get(type);
  if (!known) checks[channel].set(type, (known = compileChecks(channel, type)));
  let problem: string | null = `${channel} has no message of the type ${type}`;
  for (const check of known) {
    problem = check(value);
    if (problem === null) return null;
  }
  return problem;
}

function compileChecks(channel: Channel, type: string): Check[] {
  const { schemas, messages } = document.components;
  return Object.keys(document.channels[channel].messages)
    .filter((id) => messages[id]!.name === type && !id.endsWith('Command'))
    .map((id) => compileSchema(document, schemas[id]!));
}

/** A WebSocket of `ws` whose frames are held to the document. */
export class WebSocket extends PlainWebSocket {
  constructor(address: string | URL, options?: ClientOptions) {
    super(address, options);
    this.on('message', (data: RawData) => checkOnce((data as Buffer).toString()));
  }
}

/** A room with a thousand sockets sends each of them the same bytes: frames that were checked lately. */
const recent = new Set<string>();
const MOST_RECENT = 5000;

function checkOnce(json: string): void {
  if (recent.has(json)) return;
  if (recent.size >= MOST_RECENT) recent.clear();
  recent.add(json);
  checkFrame('room', json);
}

/** An EventSource whose events are held to the document. */
export class EventSource extends PlainEventSource {
  override dispatchEvent(event: Event): boolean {
    if ('data' in event) checkEvent(event.type, String(event.data));
    return super.dispatchEvent(event);
  }
}

/** Holds one event of a stream to the document: its `event:` and its `data:`. */
function checkEvent(type: string, data: string): void {
  checkFrame('notifications', data);
  const { type: named } = JSON.parse(data) as { type: unknown };
  if (named !== type) found.push(`event: ${type} has the type ${String(named)}`);
}

/** Holds the text of a stream to the document, but for an event that is not complete. */
export function checkStreamText(text: string): void {
  // Only a line feed ends a line. Texts may contain U+2028, where `.` would stop.
  for (const block of text.split('\n\n').slice(0, -1)) {
    const type = /(?:^|\n)event: ([^\n]*)/.exec(block)?.[1];
    const data = /(?:^|\n)data: ([^\n]*)/.exec(block)?.[1];
    if (type !== undefined && data !== undefined) checkEvent(type, data);
  }
}
