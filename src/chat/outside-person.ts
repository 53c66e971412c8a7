import { caseFold } from '../../public/shared/case-fold.js';
import { Email, NewUserName } from '../protocol/resources.ts';
import { MAX_NAME } from '../protocol/limits.ts';
import { compileValidator } from '../protocol/validate.ts';
import { nameFrom } from './names.ts';

/* Somebody whom an OpenID provider or a host application vouches for, by the claims of OpenID Connect (core 1.0, 5.1). */

export interface OutsidePerson {
  readonly issuer: string;
  readonly subject: string;
  /** What the issuer calls them, fit to be a name here unless somebody else has it. */
  readonly name: string;
  /** Null where the issuer names none that is one. */
  readonly email: {
    readonly address: string;
    readonly key: string;
    readonly isVerified: boolean;
  } | null;
}

type Claims = Readonly<Record<string, unknown>>;

const toEmail = compileValidator(Email);
const toUserName = compileValidator(NewUserName);

/** What to call somebody for whom the issuer has no name that can be shown. */
const NAMELESS = 'Guest';
/** No name of a person has these: what cannot be seen, and what turns the text around it. */
const UNWANTED = /[\p{Cc}\p{Cs}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

export function personOf(issuer: string, subject: string, claims: Claims): OutsidePerson {
  const { name, preferred_username: username, email, email_verified: isVerified } = claims;
  return {
    issuer,
    subject,
    name: fittingName(name) ?? fittingName(username) ?? NAMELESS,
    email: fittingEmail(email, isVerified === true),
  };
}

function fittingEmail(claim: unknown, isVerified: boolean): OutsidePerson['email'] {
  try {
    const address = toEmail(claim).trim();
    return { address, key: caseFold(address), isVerified };
  } catch {
    // An email that nobody could sign in with here is as good as none.
    return null;
  }
}

/** Returns the name as it can be stored; null where nothing in it can be shown. */
function fittingName(claim: unknown): string | null {
  if (typeof claim !== 'string') return null;
  const [...characters] = claim.normalize('NFC').replace(UNWANTED, ' ').trim();
  try {
    return nameFrom(toUserName(characters.slice(0, MAX_NAME).join(''))).name;
  } catch {
    return null;
  }
}
