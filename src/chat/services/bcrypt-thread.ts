import { compareSync, hashSync } from 'bcryptjs';

/* Runs in Piscina's threads: a hash at cost 10 takes some 60 ms, and no socket should wait for one. */

export const hash = ({ password, cost }: { password: string; cost: number }): string =>
  hashSync(password, cost);

export const verify = (input: { password: string; hash: string }): boolean =>
  compareSync(input.password, input.hash);
