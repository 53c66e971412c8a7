import { createRequire } from 'node:module';
import type * as fastJsonStringify from 'fast-json-stringify';
import type { ObjectSchema, Options as CompileOptions } from 'fast-json-stringify';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';

type Serializer = (body: unknown) => string;

const require = createRequire(import.meta.url);

/** Those of this process, by the JSON of their schemas: an app that starts again needs the same. */
const serializers = new Map<string, Serializer>();

/**
 * Registers what writes the bodies of responses: only fields of their schemas. Each different schema is compiled once,
 * by the first response that needs it. That takes 3 ms, since it reads all shared schemas; most of the 130 responses
 * only refer to an error.
 */
export function registerSerializers(app: FastifyInstance, shared: readonly TSchema[]): void {
  const byId = Object.fromEntries(shared.map((one) => [(one as { $id?: string }).$id!, one]));
  const options = { schema: byId as Record<string, ObjectSchema> };
  app.setSerializerCompiler<ObjectSchema>(({ schema }) => {
    const {
      description: _,
      'x-codes': __,
      ...shape
    } = schema as ObjectSchema & { 'x-codes'?: unknown };
    const key = JSON.stringify(shape);
    let serializer = serializers.get(key);
    if (!serializer) serializers.set(key, (serializer = compiledLater(shape, options)));
    return serializer;
  });
}

function compiledLater(shape: ObjectSchema, options: CompileOptions): Serializer {
  let compiled: Serializer | undefined;
  const compile = () => {
    // It brings Ajv: a hundred modules, which no start waits for.
    const { build } = require('fast-json-stringify') as typeof fastJsonStringify;
    return build(shape, options);
  };
  return (body) => (compiled ??= compile())(body);
}
