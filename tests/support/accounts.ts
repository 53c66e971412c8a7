import { hashSync } from 'bcryptjs';
import type { Job } from '../../src/store/mutation.ts';
import { emailOf, passwordOf } from './client.ts';
import { registerJob } from './filling.ts';

/** The mutation that registers an account for which `signIn(server, name)` works. */
export const accountJob = (id: string, name: string, asAdmin = false): Job =>
  registerJob({
    id,
    name,
    email: emailOf(name),
    passwordHash: hashSync(passwordOf(name), 4),
    asAdmin,
  });
