import { compareSync, hashSync } from 'bcryptjs';

/* Runs in Piscina's threads: a hash at cost 10 takes some 60 ms, for which no socket shall wait. */

export const hash = ({ password, cost }: { password: string; cost: number }): string =>
  hashSync(password, cost);

/** Which of these passwords is the one of the hash; -1 where none is. */
export const verify = (input: { passwords: string[]; hash: string }): number =>
  input.passwords.findIndex((password) => compareSync(password, input.hash));
