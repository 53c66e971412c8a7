import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgres, openSqlite } from '../tests/support/database.ts';
import { fillingOf } from '../tests/support/filling.ts';
import type { Postgres } from './postgres.ts';
import {
  kinds,
  startServer,
  type Place,
  type Server,
  type ServerName,
  type StartOptions,
} from './servers.ts';
import { people, roomsOf } from './world.ts';

/** How many rooms there are, with how many members each; `bcryptCost` is that of their passwords. */
export interface Size {
  readonly rooms: number;
  readonly members: number;
  readonly bcryptCost: number;
}

/** Where servers may keep their data: in folders within `folder`, and in databases of `postgres`. */
export interface Disk {
  readonly folder: string;
  readonly postgres: Postgres | null;
}

/** Runs a server on a new folder or database, filled with people and rooms; removes both afterwards. */
export async function withServer<Result>(
  name: ServerName,
  disk: Disk,
  size: Size,
  options: StartOptions,
  use: (server: Server) => Promise<Result>,
): Promise<Result> {
  return await withPlace(
    kinds[name].isOnPostgres ? disk.postgres : null,
    disk.folder,
    async (place) => {
      if (kinds[name].isCharla) await fill(place, size);
      return await useServer(await startServer(name, place, options), use);
    },
  );
}

async function withPlace<Result>(
  postgres: Postgres | null,
  folder: string,
  use: (place: Place) => Promise<Result>,
): Promise<Result> {
  const dataDir = mkdtempSync(join(folder, 'live-'));
  const databaseUrl = postgres && (await postgres.createDatabase());
  try {
    return await use({ dataDir, databaseUrl });
  } finally {
    if (databaseUrl !== null) await postgres!.dropDatabase(databaseUrl);
    rmSync(dataDir, { recursive: true });
  }
}

async function fill({ dataDir, databaseUrl }: Place, size: Size): Promise<void> {
  const database =
    databaseUrl === null
      ? await openSqlite(join(dataDir, 'charla.db'))
      : await openPostgres(databaseUrl);
  const filling = fillingOf(database);
  await filling.perform(people(size.rooms * size.members, size.bcryptCost));
  await filling.perform(roomsOf(size.rooms, size.members));
  await filling.close();
}

/** Stops the server when `use` ends; rejects if the server dies before. */
export async function useServer<Result>(
  server: Server,
  use: (server: Server) => Promise<Result>,
): Promise<Result> {
  try {
    return await Promise.race([use(server), server.died]);
  } finally {
    await server.stop();
  }
}
