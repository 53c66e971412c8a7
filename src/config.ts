import { isIP } from 'node:net';
import { findMisspelling } from './misspelling.ts';
import {
  hostSettings,
  mailSettings,
  openIdSettings,
  type HostSettings,
  type MailSettings,
  type OpenIdSettings,
} from './outside-settings.ts';
import { SETUP_CODE_LENGTHS } from './protocol/commands.ts';
import { weaknessOf } from './secret-strength.ts';

/** The validated settings. Times are in milliseconds unless the name says otherwise. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** The address of a PostgreSQL database; null: SQLite in `dataDir`. */
  readonly databaseUrl: string | null;
  /** The origin that people open, such as `https://chat.example.org`; null if not set. */
  readonly publicUrl: string | null;
  readonly jwtSecret: string | null;
  /** Lets its holder become the first admin; null: the server generates one. */
  readonly setupCode: string | null;
  /** Opens `/metrics` where the server does not listen on a loopback address only; null: nothing does. */
  readonly metricsToken: string | null;
  readonly tokenTtlSeconds: number;
  readonly bcryptCost: number;
  /** Whether anybody may register, only those with an invite, or nobody. */
  readonly registration: 'open' | 'invite' | 'closed';
  /** Other origins whose pages may use the server, such as `https://example.org`. */
  readonly allowedOrigins: readonly string[];
  /** Which X-Forwarded-For is trusted: none, that of a number of hops, or that of these addresses. */
  readonly trustProxy: false | number | string;
  readonly logLevel: string;
  readonly rateLimitAuth: number;
  /** Messages and changes per second and user. Like the other limits, 0 turns it off. */
  readonly rateLimitMessages: number;
  /** HTTP requests per second and user, or per address without a user. */
  readonly rateLimitRequests: number;
  /** How many sockets and streams a user may have open. */
  readonly maxConnectionsPerUser: number;
  /** How many rooms a user may have created. */
  readonly maxRoomsPerUser: number;
  /** Where files are kept; null: `files` in `dataDir`. */
  readonly filesDir: string | null;
  /** The largest file, in bytes. */
  readonly maxFileBytes: number;
  /** What the files of a user may take, in bytes; 0: anything. */
  readonly maxFilesBytesPerUser: number;
  /** Whether URLs that users give the server (push services) may be http, and lead to addresses that are not public. */
  readonly webhooksToPrivateAddresses: boolean;
  readonly presenceGraceMs: number;
  readonly shutdownMs: number;
  /** The application whose tokens are accepted; null: none. */
  readonly hostTokens: HostSettings | null;
  /** The OpenID provider that signs people in; null: none. */
  readonly openId: OpenIdSettings | null;
  /** Where mail is sent; null: none is. */
  readonly mail: MailSettings | null;
}

/** The environment variables that are read. */
export const settings = [
  'HOST',
  'PORT',
  'DATA_DIR',
  'DATABASE_URL',
  'PUBLIC_URL',
  'JWT_SECRET',
  'SETUP_CODE',
  'METRICS_TOKEN',
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
  'FILES_DIR',
  'MAX_FILE_BYTES',
  'MAX_FILES_BYTES_PER_USER',
  'WEBHOOKS_TO_PRIVATE_ADDRESSES',
  'PRESENCE_GRACE_MS',
  'SHUTDOWN_MS',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'AUTH_JWKS_URL',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'SMTP_URL',
  'MAIL_FROM',
] as const;
export type Setting = (typeof settings)[number];

const MIB = 2 ** 20;
/** 1 PiB: no more fits into a disk. */
const MAX_BYTES = 2 ** 50;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings. Throws an Error that names the variable if one is invalid. */
export function readConfig(env: Environment): Config {
  const text = (name: Setting, fallback: string) => env[name]?.trim() || fallback;
  const number = (name: Setting, fallback: number, min: number, max: number) => {
    const raw = text(name, String(fallback));
    const value = Number(raw);
    if (!/^\d+$/.test(raw) || value < min || value > max) {
      throw invalid(name, raw, `a whole number from ${min} to ${max}`);
    }
    return value;
  };
  const oneOf = <T extends string>(name: Setting, fallback: T, choices: readonly T[]): T => {
    const raw = text(name, fallback);
    const choice = choices.find((one) => one === raw);
    if (choice === undefined) throw invalid(name, raw, `one of ${choices.join(', ')}`);
    return choice;
  };
  const misspelling = findMisspelling(env, settings);
  if (misspelling) {
    throw new Error(`${misspelling.name} is not a setting; did you mean ${misspelling.meant}?`);
  }
  const url = databaseUrl(text('DATABASE_URL', ''));
  if (url !== null && !text('JWT_SECRET', '')) {
    throw new Error('JWT_SECRET is needed with DATABASE_URL, and has to be the same on all nodes');
  }
  const read = (name: Setting) => text(name, '');
  const openedUrl = publicUrl(text('PUBLIC_URL', ''));
  return Object.freeze({
    host: text('HOST', '127.0.0.1'),
    port: number('PORT', 3000, 0, 65_535),
    dataDir: text('DATA_DIR', './data'),
    databaseUrl: url,
    publicUrl: openedUrl,
    jwtSecret: secret(env),
    setupCode: setupCode(text('SETUP_CODE', '')),
    metricsToken: metricsToken(text('METRICS_TOKEN', '')),
    tokenTtlSeconds: duration(text('TOKEN_TTL', '12h')),
    bcryptCost: number('BCRYPT_COST', 10, 4, 15),
    registration: oneOf('REGISTRATION', 'open', ['open', 'invite', 'closed']),
    allowedOrigins: origins(text('ALLOWED_ORIGINS', '')),
    trustProxy: proxies(text('TRUST_PROXY', 'false')),
    logLevel: oneOf('LOG_LEVEL', 'info', LOG_LEVELS),
    rateLimitAuth: number('RATE_LIMIT_AUTH', 10, 0, 1_000_000),
    rateLimitMessages: number('RATE_LIMIT_MESSAGES', 10, 0, 1_000_000),
    rateLimitRequests: number('RATE_LIMIT_REQUESTS', 50, 0, 1_000_000),
    maxConnectionsPerUser: number('MAX_CONNECTIONS_PER_USER', 20, 0, 1_000_000),
    maxRoomsPerUser: number('MAX_ROOMS_PER_USER', 100, 0, 1_000_000),
    filesDir: text('FILES_DIR', '') || null,
    maxFileBytes: number('MAX_FILE_BYTES', 25 * MIB, 1, MAX_BYTES),
    maxFilesBytesPerUser: number('MAX_FILES_BYTES_PER_USER', 1024 * MIB, 0, MAX_BYTES),
    webhooksToPrivateAddresses:
      oneOf('WEBHOOKS_TO_PRIVATE_ADDRESSES', 'false', ['true', 'false']) === 'true',
    presenceGraceMs: number('PRESENCE_GRACE_MS', 3000, 0, 600_000),
    shutdownMs: number('SHUTDOWN_MS', 10_000, 100, 600_000),
    hostTokens: hostSettings(read),
    openId: openIdSettings(read, openedUrl),
    mail: mailSettings(read, openedUrl),
  });
}

/** The settings of a move to PostgreSQL. */
export interface MoveConfig {
  /** The folder that is copied. */
  readonly dataDir: string;
  /** The address of the database that is filled. */
  readonly databaseUrl: string;
  /** Whether the server has its key from the environment, and not from `dataDir`. */
  readonly hasJwtSecret: boolean;
}

/** Reads them from the variables that a server reads, and throws as `readConfig` does. */
export function readMoveConfig(env: Environment): MoveConfig {
  const url = databaseUrl(env['DATABASE_URL']?.trim() ?? '');
  if (url === null) {
    throw new Error('DATABASE_URL is not set; set it to the address of an empty database');
  }
  // The rest is that of the server on SQLite, which needs no JWT_SECRET.
  const { dataDir, jwtSecret } = readConfig({ ...env, DATABASE_URL: '' });
  return { dataDir, databaseUrl: url, hasJwtSecret: jwtSecret !== null };
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

function invalid(name: Setting, value: string, wanted: string): Error {
  return new Error(`${name}=${value} is not valid: it must be ${wanted}`);
}

/** Errors never contain the value. */
function secret(env: Environment): string | null {
  const value = env['JWT_SECRET'];
  if (!value) return null;
  const weakness = weaknessOf(value);
  if (weakness !== null) throw new Error(`JWT_SECRET is not valid: ${weakness}`);
  return value;
}

/** Errors never contain the value. */
function setupCode(code: string): string | null {
  if (code === '') return null;
  const { min, max } = SETUP_CODE_LENGTHS;
  const { length } = [...code];
  if (length < min || length > max) {
    throw new Error(`SETUP_CODE is not valid: it must be ${min} to ${max} characters long`);
  }
  return code;
}

/** Every character may stand in a header. Errors never contain the value. */
function metricsToken(token: string): string | null {
  if (token === '') return null;
  if (/^[\x21-\x7e]{16,200}$/.test(token)) return token;
  throw new Error(
    'METRICS_TOKEN is not valid: it must be 16 to 200 letters, digits and signs of ASCII; ' +
      'make one with: openssl rand -base64 32',
  );
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Parses `90s`, `30m`, `12h` or `7d`, from a second to a year. Returns seconds. */
function duration(raw: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(raw) ?? [];
  const seconds = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (!(seconds >= 1 && seconds <= 366 * 86_400)) {
    throw invalid('TOKEN_TTL', raw, 'a time such as 90s, 30m, 12h or 7d, up to a year');
  }
  return seconds;
}

/** Errors never contain the value, which has a password. */
function databaseUrl(raw: string): string | null {
  if (raw === '') return null;
  const isOurs = URL.canParse(raw) && /^postgres(ql)?:$/.test(new URL(raw).protocol);
  if (isOurs) return raw;
  throw new Error(
    'DATABASE_URL is not valid: it must be postgres://user:password@host:port/database',
  );
}

/** Parses the origin that people open, with or without a slash at its end. */
function publicUrl(raw: string): string | null {
  if (raw === '') return null;
  const { origin, protocol } = URL.canParse(raw) ? new URL(raw) : { origin: null, protocol: '' };
  const isPlain = /^https?:\/\/[^/?#@\\*]+\/?$/i.test(raw) && /^https?:$/.test(protocol);
  if (!isPlain) throw invalid('PUBLIC_URL', raw, 'an origin such as https://chat.example.org');
  return origin;
}

function origins(raw: string): string[] {
  const list = raw.split(',').map((one) => one.trim());
  return list.filter(Boolean).map((one) => {
    const origin = URL.canParse(one) ? new URL(one).origin : null;
    if (origin !== one || one.includes('*')) {
      throw invalid(
        'ALLOWED_ORIGINS',
        raw,
        'origins such as https://chat.example.org, separated by commas',
      );
    }
    return origin;
  });
}

/** `true` is rejected: it would trust everybody, and so any address that a client claims. */
function proxies(raw: string): false | number | string {
  if (raw === 'false') return false;
  if (/^\d+$/.test(raw)) return Number(raw);
  const names = ['loopback', 'linklocal', 'uniquelocal'];
  const list = raw.split(',').map((one) => one.trim());
  if (list.every((one) => names.includes(one) || isSubnet(one))) return raw;
  throw invalid('TRUST_PROXY', raw, 'false, a number of hops, or addresses separated by commas');
}

/** Whether it is an address, with an optional prefix length: `10.0.0.0/8`. */
function isSubnet(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d+$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}
