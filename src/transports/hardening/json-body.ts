import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { compileValidator } from '../../protocol/validate.ts';
import { ChatError } from '../../protocol/errors.ts';
import { hasBody } from '../server-request.ts';

/** What a route that declares no body takes. */
const checkNothing = compileValidator(Type.Object({}, { additionalProperties: false }));

/**
 * Bodies are JSON in UTF-8, and nothing else. What is not UTF-8 is refused: decoding it would put
 * U+FFFD where the sender's letters were, and a message is delivered as it was sent or not at all.
 *
 * Every body is read, also where a route takes none and with GET: what somebody asks for there is refused, not
 * dropped. To be called before routes are added.
 */
export function registerJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  for (const method of ['GET', 'HEAD']) {
    app.addHttpMethod(method, { hasBody: true, overrideExisting: true });
  }
  app.addHook('preParsing', (request, reply, _payload, done) => {
    const { 'content-encoding': encoding = '' } = request.headers;
    // What is not there is of no type, whichever is named.
    if (!hasBody(request)) delete request.headers['content-type'];
    if (/^(?:identity)?$/i.test(encoding)) return done();
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
  // Whether there is anything in a body that is sent by chunks is known only when it has come.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(body.length === 0 ? null : new ChatError('unsupported_media_type'), undefined);
  });
  app.addHook('preValidation', async ({ body, routeOptions }) => {
    if (body !== undefined && !routeOptions.schema?.body) checkNothing(body);
  });
}
