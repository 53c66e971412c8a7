import fastifyMultipart from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../chat/services.ts';
import { beginUpload, uploadFile } from '../../chat/files.ts';
import { InRoom } from '../../protocol/commands.ts';
import { ChatError } from '../../protocol/errors.ts';
import { UploadFile } from '../../protocol/files.ts';
import { FileInfo } from '../../protocol/resources.ts';
import { schemaRef } from '../../protocol/schema-ref.ts';
import type { App } from '../app-type.ts';
import { addressOf } from '../address.ts';
import { viewer, type Auth } from '../auth.ts';
import { lingerOnClose } from '../hardening/lingering.ts';
import { allowUpload } from '../hardening/slow-uploads.ts';
import { FRAMING_BYTES, partLimits, receiveFile, tooLarge } from '../multipart.ts';
import { authErrors, bearerSecurity, refusals, response, validatorOf } from '../schemas.ts';

/** The route that takes files: the only one whose body is not JSON, and not small. */
export async function registerUploads(
  app: App,
  { services, auth }: { services: Services; auth: Auth },
): Promise<void> {
  const { signedIn } = auth;
  const { maxFileBytes } = services.config;
  const { uploads } = services.transfers;

  /** Refuses what will be refused before a byte of the body is read. */
  const begin = async (request: FastifyRequest, reply: FastifyReply) => {
    const { 'content-type': type = '', 'content-length': length = 0 } = request.headers;
    if (!/^multipart\/form-data\s*;/i.test(type)) {
      const message = 'Send the file as multipart/form-data, in a part named `file`';
      throw new ChatError('unsupported_media_type', { message });
    }
    const bytes = Math.max(0, Number(length) - FRAMING_BYTES);
    if (bytes > maxFileBytes) throw tooLarge(maxFileBytes);
    const { roomId } = request.params as { roomId: string };
    const end = await beginUpload(services, viewer(request), roomId, bytes);
    if (reply.raw.destroyed) return end();
    reply.raw.once('close', end);
    allowUpload(app.server, request.raw);
  };

  await app.register(async (scope: App) => {
    await scope.register(fastifyMultipart, { limits: partLimits, fileHwm: 256 * 1024 });
    scope.post(
      '/rooms/:roomId/files',
      {
        config: signedIn.config,
        onRequest: [signedIn.onRequest, begin],
        onSend: async (request) => {
          if (!request.raw.complete) lingerOnClose(request.raw);
        },
        bodyLimit: maxFileBytes + FRAMING_BYTES,
        // The form is read by the handler.
        validatorCompiler: ({ schema, httpPart }) =>
          httpPart === 'body' ? (value: unknown) => ({ value }) : validatorOf(schema, httpPart),
        schema: {
          tags: ['Files'],
          operationId: 'uploadFile',
          summary: 'Upload a file to a room',
          description:
            'One part, `file`. The response is sent once the file is on disk. Send it with its id in `fileIds` of a ' +
            'message; only you can read it until then, and it is deleted after 24 hours. Its type is found from its ' +
            'bytes. Pictures lose their metadata.',
          consumes: ['multipart/form-data'],
          security: bearerSecurity,
          params: InRoom,
          body: UploadFile,
          response: {
            201: response('The file was stored', schemaRef(FileInfo)),
            ...refusals('validation_failed', 'forbidden', 'quota_exceeded', 'room_not_found'),
            ...refusals('payload_too_large', 'unsupported_media_type', 'rate_limited'),
            ...refusals('overloaded', 'unavailable', ...authErrors),
          },
        },
      },
      async (request, reply) => {
        const file = await uploadFile(services, viewer(request), request.params.roomId, {
          receive: (stage) =>
            receiveFile(request, maxFileBytes, (content) =>
              stage(content).finally(() => (uploads.bytes += content.bytesRead)),
            ),
          isCancelled: () => reply.raw.destroyed,
          address: addressOf(request),
        });
        return reply.code(201).send(file);
      },
    );
  });
}
