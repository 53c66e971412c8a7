import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { ChatError } from '../protocol/errors.ts';

/**
 * Bodies are JSON in UTF-8, and nothing else. What is not UTF-8 is refused: decoding it would put
 * U+FFFD where the sender's letters were, and a message is delivered as it was sent or not at all.
 */
export function registerJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addHook('preParsing', (request, reply, _payload, done) => {
    const { 'content-encoding': encoding = 'identity' } = request.headers;
    if (encoding === 'identity') return done();
    void reply.header('accept-encoding', 'identity');
    const message = 'Send the body as it is, without Content-Encoding';
    done(new ChatError('unsupported_media_type', { message }));
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) {
      // Clients name the type also where there is nothing to send: the schema decides.
      done(null, undefined);
    } else if (isUtf8(body as Buffer)) {
      void parse(request, body.toString(), done);
    } else {
      done(new ChatError('validation_failed', { message: 'The body is not UTF-8' }));
    }
  });
}
