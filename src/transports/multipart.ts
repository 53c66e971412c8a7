import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { ChatError } from '../protocol/errors.ts';

/** The bytes of a file as they arrive; `bytesRead` is how many have. */
type Content = MultipartFile['file'];

/** What multipart/form-data adds to the bytes of one file: boundaries, headers, the name. */
export const FRAMING_BYTES = 16 * 1024;

/** Limits of the parser; a third part is never read. */
export const partLimits = {
  files: 2,
  fields: 2,
  parts: 2,
  fieldSize: 1,
  headerPairs: 32,
  headerSize: 8192,
};

/**
 * Reads a form with one part, the file `file`, and returns its name and what `stage` has returned for its bytes. Throws
 * where there is anything else, even after it.
 */
export async function receiveFile(
  request: FastifyRequest,
  maxBytes: number,
  stage: (content: Content) => Promise<string>,
): Promise<{ name: string; path: string }> {
  let received: { name: string; path: string } | null = null;
  try {
    for await (const part of request.parts({ limits: { fileSize: maxBytes } })) {
      received = await receivePart(part, received !== null, maxBytes, stage);
    }
  } catch (error) {
    throw toRefusal(error);
  }
  if (received) return received;
  throw noFile();
}

async function receivePart(
  part: Multipart,
  isSecond: boolean,
  maxBytes: number,
  stage: (content: Content) => Promise<string>,
): Promise<{ name: string; path: string }> {
  // The types do not say that a part may have no name.
  const fieldname = part.fieldname ?? '';
  if (part.type !== 'file' || fieldname !== 'file') {
    throw fieldname === 'file'
      ? unfit('/file', 'must be a file: give the part a file name')
      : unfit(`/${fieldname}`, 'is not a part of this form, which has only `file`');
  }
  if (isSecond) throw unfit('/file', 'must be one file; upload others on their own');
  const { file, filename } = part;
  // What follows is not read.
  file.once('limit', () => file.destroy(tooLarge(maxBytes)));
  return { name: unescaped(filename ?? ''), path: await stage(file) };
}

/** Browsers escape a quote and ends of lines in the name, and nothing else (WHATWG HTML, multipart form data). */
const unescaped = (name: string) => name.replaceAll('%22', '"').replaceAll(/(?:%0[AD])+/gi, ' ');

/** The refusal of a file that is larger than it may be. */
export function tooLarge(maxBytes: number): ChatError {
  const most =
    maxBytes >= 2 ** 20 ? `${Number((maxBytes / 2 ** 20).toFixed(1))} MiB` : `${maxBytes} bytes`;
  return new ChatError('payload_too_large', { message: `A file may have at most ${most}` });
}

const noFile = () => unfit('/file', 'must be there, as a part with a file name');

const unfit = (path: string, message: string) =>
  new ChatError('validation_failed', { details: [{ path, message }] });

/** Turns an error of the parser, which has no code of its own, into a refusal. Others stay what they are. */
function toRefusal(error: unknown): unknown {
  const { code = '', message, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof ChatError || syscall !== undefined) return error;
  if (code.startsWith('FST_') && code.endsWith('LIMIT')) {
    return unfit('/file', 'must be one file; upload others on their own');
  }
  // A body of no bytes has no type.
  if (code === 'FST_INVALID_MULTIPART_CONTENT_TYPE') return noFile();
  return new ChatError('validation_failed', {
    message: `The body is not complete multipart/form-data: ${message}`,
  });
}
