import { ChatError } from '../../protocol/errors.ts';
import type { FileInfo } from '../../protocol/resources.ts';
import { isoTime } from '../../store/mapping/time.ts';
import { findFiles, type FileRecord } from '../../store/queries/files.ts';
import type { Tx } from '../../store/transaction.ts';

/** What a send says of its files. */
export interface FilesOfSend {
  readonly roomId: string;
  readonly userId: string;
  readonly fileIds?: readonly string[] | undefined;
  /** What they show, by their ids. */
  readonly alts?: Readonly<Record<string, string>> | undefined;
}

/** The files that some sends name. Each file goes with one message: whoever claims it first has it. */
export class SentFiles {
  readonly #known: ReadonlyMap<string, FileRecord>;
  readonly #claimed = new Set<string>();

  private constructor(known: ReadonlyMap<string, FileRecord>) {
    this.#known = known;
  }

  /** Reads them all at once. */
  static async of(tx: Tx, sends: readonly FilesOfSend[]): Promise<SentFiles> {
    const ids = new Set(sends.flatMap(({ fileIds = [] }) => fileIds));
    return new SentFiles(await findFiles(tx, [...ids]));
  }

  /** Returns why a send cannot have its files; null where it can. */
  refusal({ roomId, userId, fileIds = [] }: FilesOfSend): ChatError | null {
    const missing = fileIds.find((id) => {
      const file = this.#known.get(id);
      const isTheirs = file?.userId === userId && file.roomId === roomId && file.seq === null;
      return !isTheirs || this.#claimed.has(id);
    });
    if (missing === undefined) return null;
    const message = `You have no unsent file ${missing} in this room`;
    return new ChatError('file_not_found', { message });
  }

  /** Claims the files of a send that is accepted, and returns them as readers receive them. */
  claim({ fileIds = [], alts = {} }: FilesOfSend): FileInfo[] {
    return fileIds.map((id) => {
      this.#claimed.add(id);
      return toFileInfo(this.#known.get(id)!, Object.hasOwn(alts, id) ? alts[id]! : null);
    });
  }
}

/** A file as readers receive it. */
export function toFileInfo(file: FileRecord, alt: string | null): FileInfo {
  const { id, name, type, size, width, height, createdAt } = file;
  return { id, name, type, size, width, height, alt, createdAt: isoTime(createdAt) };
}
