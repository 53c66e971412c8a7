import { createServer } from 'node:http';
import Database from 'better-sqlite3';
import { Server } from 'socket.io';

/*
 * A chat as most are written: Socket.IO's rooms, one insert per message that waits for the disk, then
 * the broadcast, then the ack. It authenticates nobody, and stored messages cannot be read back.
 */
const db = new Database(`${process.env.DATA_DIR}/chat.db`);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`create table messages (
  id integer primary key, room text not null, author text not null, text text not null, at integer not null)`);
const insert = db.prepare('insert into messages (room, author, text, at) values (?, ?, ?, ?)');

const server = createServer();
const io = new Server(server, { serveClient: false });

io.on('connection', (socket) => {
  const room = String(socket.handshake.query.room);
  void socket.join(room);
  socket.on('send', ({ text }, ack) => {
    const at = Date.now();
    const id = Number(insert.run(room, socket.id, text, at).lastInsertRowid);
    io.to(room).emit('message', { id, room, author: socket.id, text, at });
    ack(id);
  });
});

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.on('SIGTERM', () => process.exit());
