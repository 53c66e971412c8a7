import { register } from 'tsx/esm/api';

/*
 * `node --import ./scripts/typescript.mjs` runs the sources as they are. On Node 20 tsx's own
 * entry leaves worker threads out; execArgv is inherited, so this reaches them too.
 */
register();
