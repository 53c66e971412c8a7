import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { Author } from '../../src/protocol/resources.ts';
import { schemaRef } from '../../src/protocol/schema-ref.ts';
import { refusals, registerSchemas, response } from '../../src/transports/schemas.ts';

it('a response has only the fields of its own schema, whatever the handler returns', async () => {
  const app = fastify();
  registerSchemas(app);
  const author = { id: 'a', name: 'Ana', color: '#112233' };
  const error = { statusCode: 403, code: 'forbidden', error: 'Forbidden', message: 'No' };
  const one = response('One', schemaRef(Author));
  const other = response('Another description', schemaRef(Author));
  app.get('/one', { schema: { response: { 200: one, ...refusals('forbidden') } } }, () => ({
    ...author,
    passwordHash: 'secret',
  }));
  app.get('/other', { schema: { response: { 200: other } } }, () => ({
    ...author,
    email: 'a@b.c',
  }));
  app.get('/refused', { schema: { response: refusals('forbidden') } }, (_, reply) =>
    reply.code(403).send({ ...error, stack: 'secret' }),
  );
  const bodyOf = async (url: string): Promise<unknown> => (await app.inject(url)).json();
  expect(await bodyOf('/one')).toEqual(author);
  expect(await bodyOf('/other')).toEqual(author);
  expect(await bodyOf('/refused')).toEqual(error);
});
