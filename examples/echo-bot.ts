/*
 * A bot that repeats what people tell it: `@Echo hello`. An admin makes it with `POST /bots`, which returns its token.
 *
 *     CHARLA=https://chat.example.org TOKEN=chr_… ROOM=general node echo-bot.ts
 */
// In a project of your own: `from 'charla/chat-client'`.
import { ChatClient } from '../public/chat-client.js';

const { CHARLA = 'http://localhost:3000', TOKEN = '', ROOM = 'general' } = process.env;
const client = new ChatClient({ baseUrl: CHARLA });
const { user: me } = await client.useTokens(async () => TOKEN);
const { rooms } = await client.api.listRooms({ query: ROOM });
const [room] = rooms;
if (!room) throw new Error(`There is no room ${ROOM}`);
const connection = client.openRoom(room.id, {
  onEvent(event) {
    if (event.type !== 'message.created' || !event.message.mentions.includes(me.id)) return;
    const { text, seq } = event.message;
    connection.send({ text: text.replace(`@${me.name}`, '').trim() || '👋', replyTo: seq });
  },
  onWelcome: () => process.stdout.write(`${me.name} listens in ${room.name}\n`),
});
