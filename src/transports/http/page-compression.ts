import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { App } from '../app-type.ts';

/** The first quality is a tenth larger than the best, and takes a tenth of the time: a new server responds at once. */
const BROTLI_QUALITY = { first: 5, best: constants.BROTLI_MAX_QUALITY };
/** A file that was requested this often is worth the best quality. */
const OFTEN = 20;
/** What does not fit into one packet anyway; below, encoding saves nothing. */
const MIN_BYTES = 512;
const COMPRESSIBLE = /^(?:text\/|application\/(?:javascript|json|manifest\+json)|image\/svg)/;

type Encoding = 'br' | 'gzip';

const toBrotli = async (bytes: Buffer, quality: number) =>
  promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });

const compress: Readonly<Record<Encoding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => toBrotli(bytes, BROTLI_QUALITY.first),
  gzip: promisify(gzip),
};

interface Kept {
  readonly etag: string;
  body: Promise<Buffer>;
  requests: number;
}

/** The last compressed content of each file, by encoding and name: as many entries as there are files. */
const kept = new Map<string, Kept>();

/**
 * Compresses the files of a scope, each once. `request.pageFile` names the file; its ETag tells whether it has
 * changed. ETags are weak, so one is right for all encodings of a file. Ranges are of the file as it is.
 */
export function registerCompression(
  scope: App,
  contentOf: (file: string) => Promise<Buffer>,
): void {
  scope.addHook('onSend', async (request, reply, payload) => {
    const { pageFile: file } = request;
    const etag = reply.getHeader('etag');
    if (file === null || typeof etag !== 'string') return payload;
    // CORS may vary by origin, too.
    const vary = reply.getHeader('vary');
    reply.header('vary', vary ? `${String(vary)}, accept-encoding` : 'accept-encoding');
    const encoding = encodingFor(request.headers['accept-encoding']);
    const { range } = request.headers;
    if (reply.statusCode !== 200 || range !== undefined || encoding === null) return payload;
    if (!COMPRESSIBLE.test(String(reply.getHeader('content-type')))) return payload;
    if (Number(reply.getHeader('content-length')) < MIN_BYTES) return payload;

    // The stream of @fastify/static reads the file each time, and nothing for HEAD.
    if (payload instanceof Readable) payload.destroy();
    reply.header('content-encoding', encoding).removeHeader('content-length');
    const key = `${encoding} ${file}`;
    const known = kept.get(key);
    if (known?.etag === etag) {
      known.requests += 1;
      if (known.requests === OFTEN && encoding === 'br') void improve(known, contentOf(file));
      return await known.body;
    }
    const body = contentOf(file).then(compress[encoding]);
    kept.set(key, { etag, body, requests: 1 });
    body.catch(() => kept.delete(key));
    return await body;
  });
}

/** Compresses a file again, as well as possible. Requests meanwhile get what there is. */
async function improve(known: Kept, content: Promise<Buffer>): Promise<void> {
  try {
    const best = toBrotli(await content, BROTLI_QUALITY.best);
    await best;
    known.body = best;
  } catch {
    // What there is serves as well.
  }
}

/** Returns the best encoding that a client accepts, or null for none: `gzip, br;q=0` accepts gzip only. */
function encodingFor(accepted = ''): Encoding | null {
  const names = new Set(
    accepted
      .toLowerCase()
      .split(',')
      .filter((entry) => !/;\s*q=0(?:\.0*)?\s*$/.test(entry))
      .map((entry) => entry.split(';', 1)[0]!.trim()),
  );
  if (names.has('br')) return 'br';
  return names.has('gzip') ? 'gzip' : null;
}
