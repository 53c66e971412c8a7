import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../chat/services.ts';
import { openFile } from '../../chat/files.ts';
import { LINK_MS } from '../../chat/services/file-links.ts';
import type { FilePart, OpenFile } from '../../files/storage.ts';
import { ChatError } from '../../protocol/errors.ts';
import type { FileRecord } from '../../store/queries/files.ts';
import { viewer } from '../auth.ts';
import { isFresh, rangeOf } from '../ranges.ts';

/** Bytes that are read and sent at once. Each download holds so many. */
const CHUNK_BYTES = 256 * 1024;

/** What browsers may show in a page of its own. Everything else is saved: HTML and SVG could run scripts. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|avif)|audio\/.+|video\/.+|text\/plain)$/;

/** In what a browser makes around a picture or a film, nothing else can run or load. */
const POLICY =
  "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

/** The bytes of a file never change. No longer than a link to it: what was deleted is not kept for long. */
const CACHE = `private, max-age=${LINK_MS / 1000}, immutable`;

/** Sends a part of a file, or a range of that. */
export async function sendFile(
  services: Services,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  fileId: string,
  part: FilePart,
): Promise<FastifyReply> {
  const { user } = viewer(request);
  const end = services.transfers.downloads.start(user.id);
  if (reply.raw.destroyed) end();
  else reply.raw.once('close', end);
  const { file, opened } = await openFile(services, viewer(request), fileId, part);
  const { size } = opened;
  const etag = part === 'content' ? `"${fileId}"` : `"${fileId}.${part}"`;
  const isHead = request.method === 'HEAD';
  const isKnown = isFresh(request.headers, etag);
  // A range is for GET alone.
  const range = isHead || isKnown ? null : rangeOf(request.headers, size, etag);
  if (range === 'unsatisfiable') {
    opened.close();
    void reply.header('content-range', `bytes */${size}`);
    throw new ChatError('validation_failed', {
      status: 416,
      message: `This file has ${size} bytes; the range begins after them`,
    });
  }
  void reply.headers({ ...headersOf(file, part), etag, vary: varied(reply) });
  if (isKnown) {
    opened.close();
    return reply.code(304).removeHeader('content-type').send();
  }
  const { start, end: last } = range ?? { start: 0, end: size - 1 };
  if (range) void reply.code(206).header('content-range', `bytes ${start}-${last}/${size}`);
  void reply.header('content-length', last - start + 1);
  if (services.isStopping()) void reply.header('connection', 'close');
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
  try {
    if (!isHead) {
      await pump(opened, raw, { start, last }, (bytes) => {
        services.transfers.downloads.bytes += bytes;
      });
    }
    raw.end();
  } catch (error) {
    // The client sees that the body is too short.
    services.log.error({ err: error, fileId }, 'a file could not be read to its end');
    raw.destroy();
  } finally {
    opened.close();
  }
  return reply;
}

/**
 * Sends the bytes from `start` to `last`, both included, through one buffer: a stream, which takes a new one for each
 * part, costs half as much again. Ends early where the client has gone. Calls `onSent` with the size of each part.
 */
async function pump(
  opened: OpenFile,
  raw: ServerResponse,
  { start, last }: { start: number; last: number },
  onSent: (bytes: number) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, last + 1 - start));
  for (let at = start; at <= last && !raw.destroyed;) {
    const read = await opened.read(buffer.subarray(0, last + 1 - at), at);
    if (read === 0) throw new Error('The file is shorter than it was');
    at += read;
    await write(raw, buffer.subarray(0, read));
    onSent(read);
  }
}

/** Resolves once the bytes are no longer needed: they are on their way, or the client has gone. */
const write = (raw: ServerResponse, bytes: Buffer) =>
  new Promise<void>((resolve) => {
    const done = () => {
      raw.off('close', done);
      resolve();
    };
    raw.once('close', done);
    raw.write(bytes, done);
  });

function headersOf({ name, type }: FileRecord, part: FilePart): Record<string, string> {
  const [shownName, shownType] = part === 'content' ? [name, type] : [`${name}.webp`, 'image/webp'];
  return {
    'accept-ranges': 'bytes',
    'cache-control': CACHE,
    'content-disposition': dispositionOf(shownName, shownType),
    'content-security-policy': POLICY,
    'content-type': shownType === 'text/plain' ? 'text/plain; charset=utf-8' : shownType,
  };
}

/** The name twice: for old clients in ASCII, and as it is (RFC 6266, RFC 8187). */
function dispositionOf(name: string, type: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["%\\]/gu, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const kind = SHOWN.test(type) ? 'inline' : 'attachment';
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** Who may read a file depends on the token. CORS may have added a header, too. */
const varied = (reply: FastifyReply) =>
  [reply.getHeader('vary'), 'Authorization'].filter(Boolean).join(', ');
