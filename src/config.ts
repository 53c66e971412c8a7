import { isIP } from 'node:net';
import { misspeltOf } from './misspelling.ts';
import { SETUP_CODE_LENGTHS } from './protocol/commands.ts';
import { weaknessOf } from './secret-strength.ts';

/** What the environment says, checked. Times are in milliseconds unless the name says otherwise. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** The origin that people open, `https://chat.example.org`; null where it is not said. */
  readonly publicUrl: string | null;
  readonly jwtSecret: string | null;
  /** What makes the admin while there is none; null: the server makes one up. */
  readonly setupCode: string | null;
  readonly tokenTtlSeconds: number;
  readonly bcryptCost: number;
  readonly registration: 'open' | 'closed';
  /** Origins, beside the server's own, whose pages may use it: `https://example.org`. */
  readonly allowedOrigins: readonly string[];
  /** Whose X-Forwarded-For is believed: nobody's, so many hops', or these addresses'. */
  readonly trustProxy: false | number | string;
  readonly logLevel: string;
  readonly rateLimitAuth: number;
  /** Messages and changes a second and user; like the other limits, 0 turns it off. */
  readonly rateLimitMessages: number;
  /** HTTP requests a second and user, or address. */
  readonly rateLimitRequests: number;
  /** Sockets and streams of a user. */
  readonly maxConnectionsPerUser: number;
  /** Rooms that a user has made. */
  readonly maxRoomsPerUser: number;
  readonly presenceGraceMs: number;
  readonly shutdownMs: number;
}

/** The variables that are read. */
export const settings = [
  'HOST',
  'PORT',
  'DATA_DIR',
  'PUBLIC_URL',
  'JWT_SECRET',
  'SETUP_CODE',
  'TOKEN_TTL',
  'BCRYPT_COST',
  'REGISTRATION',
  'ALLOWED_ORIGINS',
  'TRUST_PROXY',
  'LOG_LEVEL',
  'RATE_LIMIT_AUTH',
  'RATE_LIMIT_MESSAGES',
  'RATE_LIMIT_REQUESTS',
  'MAX_CONNECTIONS_PER_USER',
  'MAX_ROOMS_PER_USER',
  'PRESENCE_GRACE_MS',
  'SHUTDOWN_MS',
] as const;
export type Setting = (typeof settings)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings; throws an Error that names the variable where one does not fit. */
export function readConfig(env: Environment): Config {
  const text = (name: Setting, fallback: string) => env[name]?.trim() || fallback;
  const number = (name: Setting, fallback: number, min: number, max: number) => {
    const raw = text(name, String(fallback));
    const value = Number(raw);
    if (!/^\d+$/.test(raw) || value < min || value > max) {
      throw misfit(name, raw, `a whole number from ${min} to ${max}`);
    }
    return value;
  };
  const oneOf = <T extends string>(name: Setting, fallback: T, choices: readonly T[]): T => {
    const raw = text(name, fallback);
    const choice = choices.find((one) => one === raw);
    if (choice === undefined) throw misfit(name, raw, `one of ${choices.join(', ')}`);
    return choice;
  };
  const misspelt = misspeltOf(env, settings);
  if (misspelt)
    throw new Error(`${misspelt.name} is not a setting; did you mean ${misspelt.meant}?`);
  // Starting with a database other than the one that was asked for would be worse than not starting.
  for (const name of ['DATABASE_URL', 'REDIS_URL']) {
    if (env[name]) throw new Error(`${name} is set, but this version runs on SQLite alone`);
  }
  return Object.freeze({
    host: text('HOST', '127.0.0.1'),
    port: number('PORT', 3000, 0, 65_535),
    dataDir: text('DATA_DIR', './data'),
    publicUrl: publicUrl(text('PUBLIC_URL', '')),
    jwtSecret: secret(env),
    setupCode: setupCode(text('SETUP_CODE', '')),
    tokenTtlSeconds: duration(text('TOKEN_TTL', '12h')),
    bcryptCost: number('BCRYPT_COST', 10, 4, 15),
    registration: oneOf('REGISTRATION', 'open', ['open', 'closed']),
    allowedOrigins: origins(text('ALLOWED_ORIGINS', '')),
    trustProxy: proxies(text('TRUST_PROXY', 'false')),
    logLevel: oneOf('LOG_LEVEL', 'info', LOG_LEVELS),
    rateLimitAuth: number('RATE_LIMIT_AUTH', 10, 0, 1_000_000),
    rateLimitMessages: number('RATE_LIMIT_MESSAGES', 10, 0, 1_000_000),
    rateLimitRequests: number('RATE_LIMIT_REQUESTS', 50, 0, 1_000_000),
    maxConnectionsPerUser: number('MAX_CONNECTIONS_PER_USER', 20, 0, 1_000_000),
    maxRoomsPerUser: number('MAX_ROOMS_PER_USER', 100, 0, 1_000_000),
    presenceGraceMs: number('PRESENCE_GRACE_MS', 3000, 0, 600_000),
    shutdownMs: number('SHUTDOWN_MS', 10_000, 100, 600_000),
  });
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

function misfit(name: Setting, value: string, wanted: string): Error {
  return new Error(`${name}=${value} does not fit: it must be ${wanted}`);
}

/** The value is never shown. */
function secret(env: Environment): string | null {
  const value = env['JWT_SECRET'];
  if (!value) return null;
  const weakness = weaknessOf(value);
  if (weakness !== null) throw new Error(`JWT_SECRET does not fit: ${weakness}`);
  return value;
}

/** The value is never shown. */
function setupCode(code: string): string | null {
  if (code === '') return null;
  const { min, max } = SETUP_CODE_LENGTHS;
  const { length } = [...code];
  if (length < min || length > max) {
    throw new Error(`SETUP_CODE does not fit: it must be ${min} to ${max} characters long`);
  }
  return code;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `30m`, `12h`, `7d`, from a second to a year; answers seconds. */
function duration(raw: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(raw) ?? [];
  const seconds = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (!(seconds >= 1 && seconds <= 366 * 86_400)) {
    throw misfit('TOKEN_TTL', raw, 'a time such as 90s, 30m, 12h or 7d, up to a year');
  }
  return seconds;
}

/** Where the server is, for people: an origin, with or without a slash at its end. */
function publicUrl(raw: string): string | null {
  if (raw === '') return null;
  const { origin, protocol } = URL.canParse(raw) ? new URL(raw) : { origin: null, protocol: '' };
  const isPlain = /^https?:\/\/[^/?#@\\*]+\/?$/i.test(raw) && /^https?:$/.test(protocol);
  if (!isPlain) throw misfit('PUBLIC_URL', raw, 'an address such as https://chat.example.org');
  return origin;
}

function origins(raw: string): string[] {
  const list = raw.split(',').map((one) => one.trim());
  return list.filter(Boolean).map((one) => {
    const origin = URL.canParse(one) ? new URL(one).origin : null;
    if (origin !== one || one.includes('*')) {
      throw misfit('ALLOWED_ORIGINS', raw, 'origins such as https://chat.example.org, by commas');
    }
    return origin;
  });
}

/** `true` would believe everybody, and so whatever address somebody claims to come from. */
function proxies(raw: string): false | number | string {
  if (raw === 'false') return false;
  if (/^\d+$/.test(raw)) return Number(raw);
  const names = ['loopback', 'linklocal', 'uniquelocal'];
  const list = raw.split(',').map((one) => one.trim());
  if (list.every((one) => names.includes(one) || isSubnet(one))) return raw;
  throw misfit('TRUST_PROXY', raw, 'false, a number of hops, or addresses by commas');
}

/** An address, or one with the length of its prefix: `10.0.0.0/8`. */
function isSubnet(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d+$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}
