import type { App } from '../app-type.ts';

/**
 * No id holds NUL, and PostgreSQL refuses to look for a text that does. In a path it becomes a character that no id
 * holds either, so that such an id is unknown, as any other.
 */
export function replaceNulInPaths(app: App): void {
  app.addHook('preValidation', async ({ params }) => {
    const named = params as Record<string, string>;
    for (const [name, value] of Object.entries(named)) {
      if (value.includes('\0')) named[name] = value.replaceAll('\0', '\uFFFD');
    }
  });
}
