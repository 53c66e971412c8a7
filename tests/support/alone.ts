import { Alone, type AloneOptions } from '../../src/store/alone.ts';

/** No command changes anything beside the server. */
export const ALONE: AloneOptions = {
  readChange: () => Promise.resolve(undefined),
  warn: () => {},
};

/** The cluster of a server that is the only one. */
export const alone = (): Alone => new Alone(ALONE);
