import type { FastifyInstance } from 'fastify';

/**
 * Tracks the methods of every route that is added from now on. The returned function lists the methods of a path, for
 * `Allow`; none if no route matches.
 */
export function trackMethods(app: FastifyInstance): (url: string) => string[] {
  const routes = new Map<string, { pattern: RegExp; parameters: number; methods: Set<string> }>();
  const note = (url: string, methods: string | string[]) => {
    const parameters = url.split('/:').length - 1;
    const route = routes.get(url) ?? { pattern: patternOf(url), parameters, methods: new Set() };
    routes.set(url, route);
    for (const method of [methods].flat()) route.methods.add(method);
  };
  app.addHook('onRoute', ({ url, method, routePath }) => {
    // Only the handler of a wildcard knows whether a path exists.
    if (url.includes('*')) return;
    note(url, method);
    // The root of a prefix is also served with a slash, for which Fastify calls no hook.
    if (routePath === '') note(`${url}/`, method);
  });
  return (url) => {
    const path = decode(url.split('?', 1)[0]!);
    const matching = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    // As the router does: `/hooks/outgoing` is a path of its own, and no hook.
    const fewest = Math.min(...matching.map(({ parameters }) => parameters));
    const found = matching.filter(({ parameters }) => parameters === fewest);
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  };
}

/** `/rooms/:roomId` matches every path with one segment in place of the parameter. */
function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}

/** Decodes a path as the router does before it matches routes. */
function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
