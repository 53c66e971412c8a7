import { deleteFile, linkFile } from '../../chat/files.ts';
import type { Services } from '../../chat/services.ts';
import { FILE_COST } from '../../chat/services/limits.ts';
import { Bytes, FileLink, OfFile, ReadFile } from '../../protocol/files.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import type { App } from '../app-type.ts';
import { viewer, type Auth } from '../auth.ts';
import { authErrors, bearerSecurity, noContent, refusals, response } from '../schemas.ts';
import { sendFile } from './downloads.ts';

const tags = ['Files'];
const security = bearerSecurity;

const bytesOf = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: Bytes } },
});

/** The code has another status elsewhere. */
const rangeRefusal = {
  ...refusals('validation_failed')[400]!,
  description: 'There are no such bytes',
};

const unreadable = refusals('forbidden', 'file_not_found', ...authErrors);

/** Routes for files that were uploaded: their bytes, links to them, and their deletion. */
export function registerFiles(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): void {
  const { signedIn, signedInByLink } = auth;

  app.get(
    '/files/:fileId',
    {
      ...signedInByLink,
      config: { ...signedInByLink.config, cost: FILE_COST },
      schema: {
        tags,
        operationId: 'downloadFile',
        summary: 'Download a file',
        description:
          'With a token, or by a link. Whoever may read the room may read the files of its messages. `Range`, ' +
          '`If-Range` and `If-None-Match` work. Browsers show pictures, sound, video and plain text; they save ' +
          'everything else.',
        security: [...security, {}],
        params: OfFile,
        querystring: ReadFile,
        response: {
          200: bytesOf('The file', '*/*'),
          206: bytesOf('The part of it that `Range` names', '*/*'),
          304: noContent('The client has it already: `If-None-Match` names its ETag'),
          416: rangeRefusal,
          ...unreadable,
        },
      },
    },
    async (request, reply) =>
      sendFile(services, { request, reply }, request.params.fileId, 'content'),
  );

  app.get(
    '/files/:fileId/thumbnail',
    {
      ...signedInByLink,
      config: { ...signedInByLink.config, cost: FILE_COST },
      schema: {
        tags,
        operationId: 'downloadThumbnail',
        summary: 'Download the thumbnail of a picture',
        description: 'A WebP of at most 480 pixels in each direction, which does not move.',
        security: [...security, {}],
        params: OfFile,
        querystring: ReadFile,
        response: {
          200: bytesOf('The thumbnail', 'image/webp'),
          206: bytesOf('The part of it that `Range` names', 'image/webp'),
          304: noContent('The client has it already: `If-None-Match` names its ETag'),
          416: rangeRefusal,
          ...unreadable,
        },
      },
    },
    async (request, reply) =>
      sendFile(services, { request, reply }, request.params.fileId, 'thumbnail'),
  );

  app.post(
    '/files/:fileId/link',
    {
      ...signedIn,
      config: { ...signedIn.config, cost: FILE_COST },
      schema: {
        tags,
        operationId: 'createFileLink',
        summary: 'Get links to a file',
        description:
          'For `<img>`, players and downloads, which send no token. They are yours: good for 10 minutes, until your ' +
          'session ends, you can no longer read the room, or the file is deleted.',
        security,
        params: OfFile,
        response: {
          200: response('The links', schemaRef(FileLink)),
          ...refusals('forbidden', 'file_not_found', ...authErrors),
        },
      },
    },
    async (request) => linkFile(services, viewer(request), request.params.fileId),
  );

  app.delete(
    '/files/:fileId',
    {
      ...signedIn,
      schema: {
        tags,
        operationId: 'deleteFile',
        summary: 'Delete a file that you have not sent',
        description: 'To delete files that a message carries, delete the message.',
        security,
        params: OfFile,
        response: {
          204: noContent('The file is deleted'),
          ...refusals('forbidden', 'file_not_found', ...authErrors),
        },
      },
    },
    async (request, reply) => {
      await deleteFile(services, viewer(request), request.params.fileId);
      return reply.code(204).send(null);
    },
  );
}
