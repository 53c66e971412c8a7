import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { EXPORT_FILES } from '../../src/protocol/export.ts';

/* Folders as another program would write them for `charla import`. */

const AT = '2024-05-01T10:00:00Z';

/** The lines of each file, by its name without its end; a string is written as it is. */
export type HandWritten = Readonly<Record<string, readonly (object | string)[]>>;

/** The password of Bo. */
export const PASSWORD = 'correct horse';

/** A few people, a room and messages, with little more than what is needed. */
export const minimal = {
  users: [
    { id: 'U1', email: 'ana@example.org', name: 'Ana' },
    {
      id: 'U2',
      email: 'bo@example.org',
      name: 'Bo',
      passwordHash: hashSync(PASSWORD, 4),
    },
  ],
  rooms: [{ id: 'C1', name: 'Kitchen', createdBy: 'U1' }],
  members: [
    { roomId: 'C1', userId: 'U1' },
    { roomId: 'C1', userId: 'U2', lastReadSeq: 1 },
  ],
  messages: [
    { roomId: 'C1', authorId: 'U1', text: 'Hello', createdAt: AT },
    { roomId: 'C1', authorId: 'U2', text: 'Hi', createdAt: AT, replyTo: 1 },
    { roomId: 'C1', authorId: 'U1', text: 'Soup, @Bo', createdAt: AT },
  ],
} as const satisfies HandWritten;

/** Writes a folder; `files` are the bytes of files, by their names. */
export function writeFolder(
  folder: string,
  lines: HandWritten,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): string {
  mkdirSync(join(folder, 'files'), { recursive: true });
  for (const [name, some] of Object.entries(lines)) {
    const text = some.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    writeFileSync(join(folder, `${name}.jsonl`), text.join('\n'));
  }
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, 'files', name), bytes);
  }
  return folder;
}

/** Writes the manifest of a folder that has every file of lines. */
export function writeManifest(folder: string): string {
  const hashOf = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  const lines = EXPORT_FILES.map((name) => [name, { count: 0, sha256: hashOf(name) }]);
  const manifest = {
    format: 1,
    charla: 'test',
    createdAt: AT,
    hasPasswords: false,
    lines: Object.fromEntries(lines) as object,
    files: { count: 0, bytes: 0, missing: 0 },
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

/** A folder with so much that an import takes a while; each import of it makes the same. */
export function writeLarge(
  folder: string,
  { messages, files }: Record<'messages' | 'files', number>,
) {
  const ids = Array.from({ length: files }, (_, i) => `file-${i}`);
  const createdAt = AT;
  return writeFolder(
    folder,
    {
      users: minimal.users.map((user) => ({ ...user, createdAt })),
      rooms: minimal.rooms.map((room) => ({ ...room, createdAt })),
      members: minimal.members,
      files: ids.map((id) => ({ id, roomId: 'C1', userId: 'U1', name: `${id}.txt`, createdAt })),
      messages: Array.from({ length: messages }, (_, i) => ({
        roomId: 'C1',
        authorId: i % 2 === 0 ? 'U1' : 'U2',
        text: `number ${i} for @Bo`,
        createdAt,
        ...(i > 0 && { replyTo: i }),
        ...(i < files && { files: [{ id: ids[i] }] }),
      })),
    },
    Object.fromEntries(ids.map((id) => [id, `${id} `.repeat(5000)])),
  );
}
