import { registerHooks } from 'node:module';

/*
 * openapi-typescript writes types by the compiler API of TypeScript, which TypeScript 7 does not have. It gets that of
 * @ts-morph/common, a copy of TypeScript 6 without the command `tsc`.
 */
registerHooks({
  resolve(specifier, context, next) {
    const wanted =
      specifier === 'typescript' && context.parentURL?.includes('/openapi-typescript/');
    return next(wanted ? import.meta.resolve('./typescript-api.ts') : specifier, context);
  },
});

const { astToString, default: openapiTypes } = await import('openapi-typescript');

/** Returns the TypeScript declarations of an OpenAPI document, given as JSON. */
export async function typesOf(document: string): Promise<string> {
  const types = astToString(await openapiTypes(document));
  return `/* The types of docs/openapi.json, for openapi-fetch and its like. \`npm run documents\` writes this file. */\n\n${types}`;
}
