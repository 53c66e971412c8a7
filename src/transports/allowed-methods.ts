import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route with a wildcard: whether it has a path. */
    hasPath?: (path: string) => boolean;
  }
}

interface Route {
  readonly has: (path: string) => boolean;
  readonly parameters: number;
  readonly methods: Set<string>;
}

/**
 * Tracks the methods of every route that is added from now on. The returned function lists the methods of a path, for
 * `Allow`; none if no route matches.
 */
export function trackMethods(app: FastifyInstance): (url: string) => string[] {
  const routes = new Map<string, Route>();
  const note = (url: string, methods: string | string[], has: (path: string) => boolean) => {
    const parameters = url.split('/:').length - 1;
    const route = routes.get(url) ?? { has, parameters, methods: new Set() };
    routes.set(url, route);
    for (const method of [methods].flat()) route.methods.add(method);
  };
  app.addHook('onRoute', ({ url, method, routePath, config }) => {
    if (url.includes('*')) {
      // Only its plugin knows which paths it has.
      if (config?.hasPath) note(url, method, config.hasPath);
      return;
    }
    const pattern = patternOf(url);
    note(url, method, (path) => pattern.test(path));
    // The root of a prefix is also served with a slash, for which Fastify calls no hook.
    if (routePath === '') note(`${url}/`, method, (path) => path === `${url}/`);
  });
  return (url) => {
    const path = decode(url.split('?', 1)[0]!);
    const matching = [...routes.values()].filter(({ has }) => has(path));
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
