import { randomBytes } from 'node:crypto';

/** 96 random bits in 16 characters of base64url: it cannot be guessed, and reveals nothing. */
export const newId = (): string => randomBytes(12).toString('base64url');
