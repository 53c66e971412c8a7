import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../chat/services.ts';
import { openFile } from '../../chat/files.ts';
import { LINK_MS } from '../../chat/services/file-links.ts';
import type { FilePart } from '../../files/storage.ts';
import { viewer } from '../auth.ts';
import { isFresh, rangeOf } from '../ranges.ts';

/** What browsers may show in a page of its own. Everything else is saved, HTML and SVG too, which could run scripts. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|avif)|audio\/.+|video\/.+|text\/plain)$/;

/** Of what a browser makes around a picture or a film, nothing can run or load anything else. */
const POLICY =
  "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

/** Bytes never change: a browser asks for them again only after a link to them has expired. */
const CACHE = `private, max-age=${LINK_MS / 1000}, immutable`;

/** Sends a part of a file, or a range of it. */
export async function sendFile(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  fileId: string,
  part: FilePart,
): Promise<FastifyReply> {
  const { file, opened } = await openFile(services, viewer(request), fileId, part);
  const { size } = opened;
  const isThumbnail = part === 'thumbnail';
  const etag = isThumbnail ? `"${fileId}.thumbnail"` : `"${fileId}"`;
  const type = isThumbnail ? 'image/webp' : file.type;
  void reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': CACHE,
    'content-disposition': dispositionOf(isThumbnail ? `${file.name}.webp` : file.name, type),
    'content-security-policy': POLICY,
    'content-type': type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
    etag,
    vary: [reply.getHeader('vary'), 'authorization'].flat().filter(Boolean).join(', '),
  });
  if (isFresh(request.headers, etag)) {
    opened.close();
    return reply.code(304).removeHeader('content-type').send();
  }
  const range = rangeOf(request.headers, size, etag);
  if (range === null) {
    opened.close();
    throw unsatisfiable(size);
  }
  ...
}
