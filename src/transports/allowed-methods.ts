import type { FastifyInstance } from 'fastify';

/**
 * Notes which methods each route takes, of all that are added from now on. The function it returns tells
 * which ones a path has, for `Allow`; none where nothing is known at this path.
 */
export function trackMethods(app: FastifyInstance): (url: string) => string[] {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  const note = (url: string, methods: string | string[]) => {
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    routes.set(url, route);
    for (const method of [methods].flat()) route.methods.add(method);
  };
  app.addHook('onRoute', ({ url, method, routePath }) => {
    // Whether there is something behind a wildcard only its handler knows.
    if (url.includes('*')) return;
    note(url, method);
    // The root of a prefix has a slash, too, of which Fastify tells nobody.
    if (routePath === '') note(`${url}/`, method);
  });
  return (url) => {
    const path = decode(url.split('?', 1)[0]!);
    const found = [...routes.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].toSorted();
  };
}

/** `/rooms/:roomId` stands for every path with one part where the parameter is. */
function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}

/** The router decodes a path before it looks for a route, too. */
function decode(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
