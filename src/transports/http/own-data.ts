import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exportMe } from '../../chat/own-data.ts';
import type { Services } from '../../chat/services.ts';
import { ByToken } from '../../protocol/socket-commands.ts';
import { Bytes } from '../../protocol/files.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, refusals } from '../schemas.ts';
import { secret } from '../security-headers.ts';

const HEADERS = {
  'content-type': 'application/zip',
  'content-disposition': 'attachment; filename="charla-export.zip"',
};

/** An object, since the type of its schema is that of a text. */
const ARCHIVE: object = {
  description: 'The archive',
  content: { 'application/zip': { schema: Bytes } },
};

/** The route by which people take with them what they have on this server. */
export function registerOwnData(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  app.get(
    '/users/me/export',
    {
      ...auth.signedInByQuery,
      ...secret,
      schema: {
        tags: ['Accounts'],
        operationId: 'exportMe',
        summary: 'Download what you have on this server',
        description:
          'A zip: `profile.json`, `rooms.json` (those you belong to), `messages.jsonl` (a line for each message that you ' +
          'have written, in rooms you have left, too, without deleted ones) and `files/` (what you have uploaded). It is ' +
          'made while it is sent, so its length is not known. `forbidden` for an API token, `rate_limited` while another ' +
          'one is in progress. It breaks off where the session ends.',
        security: [...bearerSecurity, { token: [] }],
        querystring: ByToken,
        response: {
          200: ARCHIVE,
          ...refusals('forbidden', ...authErrors),
        },
      },
    },
    (request, reply) => sendArchive(services, request, reply),
  );
}

async function sendArchive(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const end = services.transfers.exports.start(viewer(request).user.id);
  if (reply.raw.destroyed) end();
  else reply.raw.once('close', end);
  const archive = await exportMe(services, viewer(request));
  void reply.headers(HEADERS);
  if (request.method !== 'HEAD') return reply.send(archive);
  archive.destroy();
  // A stream, since its length is not known.
  return reply.send(Readable.from([]));
}
