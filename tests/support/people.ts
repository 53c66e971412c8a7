import {
  call,
  createRoom,
  openSocket,
  openStream,
  signUp,
  type Account,
  type At,
} from './client.ts';

/** Returns requests of people on one server. The names of people and rooms are unique on it. */
export function peopleOn(server: At) {
  let count = 0;
  const unique = (name: string) => `${name} ${(count += 1)}`;
  const post = async ({ token }: Account, path: string, body?: object, at = server) =>
    call(at, 'POST', path, { token, ...(body && { body }) });
  return {
    unique,
    post,
    person: async (name: string) => signUp(server, unique(name)),
    room: async ({ token }: Account, name = 'room') => createRoom(server, token, unique(name)),
    join: async (who: Account, roomId: string) => post(who, `/rooms/${roomId}/join`),
    leave: async (who: Account, roomId: string) => post(who, `/rooms/${roomId}/leave`),
    send: async (who: Account, roomId: string, text: string, at = server) =>
      post(who, `/rooms/${roomId}/messages`, { text }, at),
    /** Opens a socket and waits until it is live. */
    liveSocket: async ({ token }: Account, roomId: string) => {
      const socket = await openSocket(server, token, roomId);
      await socket.next('live');
      return socket;
    },
    /** Opens a stream and waits until it is live. */
    liveStream: async ({ token }: Account) => {
      const stream = openStream(server, token);
      await stream.next('live');
      return stream;
    },
  };
}
