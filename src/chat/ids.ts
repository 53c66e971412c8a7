import { randomBytes } from 'node:crypto';

/** 96 random bits in 16 characters of base64url: cannot be guessed, says nothing of its making. */
export const newId = (): string => randomBytes(12).toString('base64url');
