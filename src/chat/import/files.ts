import { FileLine } from '../../protocol/export.ts';
import { compileValidator } from '../../protocol/validate.ts';
import { fileNameFrom } from '../file-names.ts';
import { importedId, requireKnown, timeFrom, type ImportStep } from './step.ts';

const toFile = compileValidator(FileLine);

const parseFile = (value: object) => {
  const line = toFile(value);
  return {
    id: importedId(line.id),
    /** Its name in the folder. */
    nameThere: line.id,
    roomId: importedId(line.roomId),
    userId: importedId(line.userId),
    name: fileNameFrom(line.name),
    size: line.size ?? 0,
    width: line.width ?? null,
    height: line.height ?? null,
    createdAt: line.createdAt === undefined ? Date.now() : timeFrom(line.createdAt, 'createdAt'),
    sha256: line.sha256 ?? null,
    isMissing: line.isMissing ?? false,
  };
};
export type FileOfLine = ReturnType<typeof parseFile>;

/** What a file is, once its bytes are in FILES_DIR. */
export interface ReceivedFile {
  readonly type: string;
  readonly size: number;
  readonly width: number | null;
  readonly height: number | null;
}

/** `receive` brings the bytes of files to FILES_DIR; it throws a `Misfit`. A row comes after its bytes. */
export function importFiles(
  receive: (lines: readonly FileOfLine[]) => Promise<readonly ReceivedFile[]>,
): ImportStep<FileOfLine> {
  const received = new WeakMap<FileOfLine, ReceivedFile>();
  return {
    file: 'files.jsonl',
    what: 'a file',
    parse: parseFile,
    async prepare(lines) {
      const found = await receive(lines);
      lines.forEach((line, i) => received.set(line, found[i]!));
    },
    async write(tx, lines) {
      await requireKnown(tx, 'users', lines, ({ userId }) => [userId]);
      await requireKnown(tx, 'rooms', lines, ({ roomId }) => [roomId]);
      await tx.insert(
        'files',
        lines.map((line) => ({
          id: line.id,
          room_id: line.roomId,
          user_id: line.userId,
          name: line.name,
          ...received.get(line)!,
          created_at: line.createdAt,
        })),
      );
    },
  };
}
