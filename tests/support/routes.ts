import { call, type At } from './client.ts';

/** The parts of an OpenAPI operation that tests read. */
interface Operation {
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly security?: object[];
}

export interface Route {
  readonly method: string;
  /** As in the document: `/rooms/{roomId}`. */
  readonly path: string;
  readonly operation: Operation;
}

/** Routes that are about the documents, and the one that takes no ordinary request. */
const isSpecial = (path: string) => /^\/(?:docs|ws)\b/.test(path);

/** Returns all routes of a server's OpenAPI document, but for the special ones. */
export async function documentedRoutes(server: At): Promise<Route[]> {
  const { body } = await call<{ paths: Record<string, Record<string, Operation>> }>(
    server,
    'GET',
    '/docs/json',
  );
  const paths = Object.entries(body.paths).filter(([path]) => !isSpecial(path));
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

/** Replaces each parameter of a path by `1`. */
export const filled = (path: string): string => path.replaceAll(/\{\w+\}/g, '1');
