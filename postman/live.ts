/*
 * The WebSocket and the event stream of a server, as folder 9 of the collection describes them:
 * `node postman/live.ts [http://localhost:3000]`. Somebody new signs up, follows all their rooms, opens the room
 * general, and sends a message to it. Prints all that is sent and received.
 */

import { randomUUID } from 'node:crypto';

const server = process.argv[2] ?? 'http://localhost:3000';
const until = AbortSignal.timeout(30_000);

/** Makes one HTTP call, and throws what the server says where that refuses it. */
async function call(method: string, path: string, token?: string, body?: object): Promise<unknown> {
  const response = await fetch(new URL(path, server), {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: until,
  });
  const answer = (await response.json()) as { message: string };
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.message}`);
  return answer;
}

/** A ticket replaces the token in a URL: good once, for 30 s. */
async function ticketFor(token: string): Promise<string> {
  return ((await call('POST', '/auth/ticket', token)) as { ticket: string }).ticket;
}

/** Opens the event stream, prints its lines, and yields the type of each event. */
async function* follow(ticket: string): AsyncGenerator<string> {
  const url = new URL(`/notifications?token=${ticket}`, server);
  const { status, body } = await fetch(url, { signal: until });
  if (status !== 200) throw new Error(`The event stream was refused with ${status}`);
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    // An empty line ends an event.
    const events = text.split('\n\n');
    text = events.pop()!;
    for (const event of events) {
      console.log(event.replaceAll(/^/gm, 'stream < '));
      yield /^event: (.*)$/m.exec(event)?.[1] ?? '';
    }
  }
}

/** Opens a room's WebSocket, sends a message once the replay is over, and closes it after the ack. */
function chat(roomId: string, ticket: string): Promise<void> {
  const url = new URL(`/ws/chat/${roomId}?token=${ticket}`, server.replace(/^http/, 'ws'));
  const socket = new WebSocket(url);
  return new Promise((resolve, reject) => {
    until.addEventListener('abort', () => {
      reject(until.reason as Error);
      socket.close();
    });
    socket.addEventListener('message', ({ data }) => {
      console.log(`socket < ${data}`);
      const { type, message } = JSON.parse(String(data)) as { type: string; message?: string };
      if (type === 'live') {
        const command = JSON.stringify({ type: 'send', text: 'from a socket', ref: '1' });
        console.log(`socket > ${command}`);
        socket.send(command);
      }
      if (type === 'ack') socket.close();
      if (type === 'error') reject(new Error(message));
    });
    socket.addEventListener('close', ({ code }) => {
      console.log(`socket closed with ${code}`);
      if (code === 1005) resolve();
      else reject(new Error(`The socket was closed with ${code} (docs/errors.md)`));
    });
  });
}

try {
  const run = randomUUID();
  const account = { email: `${run}@example.org`, password: randomUUID(), name: `Live ${run}` };
  const { token } = (await call('POST', '/auth/register', undefined, account)) as { token: string };
  const { rooms } = (await call('GET', '/rooms?scope=public&query=general', token)) as {
    rooms: { id: string; name: string }[];
  };
  const room = rooms.find(({ name }) => name === 'general');
  if (!room) throw new Error('The server has no room "general" any more');
  let hasArrived = false;
  for await (const event of follow(await ticketFor(token))) {
    if (event === 'live') await chat(room.id, await ticketFor(token));
    hasArrived = event === 'message.created';
    if (hasArrived) break;
  }
  if (!hasArrived) throw new Error('The event stream ended before the message came');
} catch (error) {
  const { message, cause } = error as Error;
  console.error(`${server}: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`);
  process.exitCode = 1;
}
