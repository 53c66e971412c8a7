import { call, type At } from './client.ts';

/** An operation of the OpenAPI document, as far as tests look for it. */
interface Operation {
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly security?: object[];
}

export interface Route {
  readonly method: string;
  /** As the document has it: `/rooms/{roomId}`. */
  readonly path: string;
  readonly operation: Operation;
}

/** Every route that the OpenAPI document of a server names. */
export async function documentedRoutes(server: At): Promise<Route[]> {
  const { body } = await call<{ paths: Record<string, Record<string, Operation>> }>(
    server,
    'GET',
    '/docs/json',
  );
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

/** A path whose parameters are all `1`. */
export const filled = (path: string): string => path.replaceAll(/\{\w+\}/g, '1');
