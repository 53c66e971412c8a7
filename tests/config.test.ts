import { describe, expect, it } from 'vitest';
import { readConfig, settings, type Config } from '../src/config.ts';

it('starts with nothing set, by the defaults of the contract', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    dataDir: './data',
    jwtSecret: null,
    setupCode: null,
    tokenTtlSeconds: 12 * 3600,
    bcryptCost: 10,
    registration: 'open',
    allowedOrigins: [],
    trustProxy: false,
    logLevel: 'info',
    rateLimitAuth: 10,
    presenceGraceMs: 3000,
    shutdownMs: 10_000,
  });
});

it('takes an empty variable for one that is not set', () => {
  for (const value of ['', ' ']) {
    const empty = Object.fromEntries(settings.map((name) => [name, value]));
    expect(readConfig({ ...empty, JWT_SECRET: '' })).toEqual(readConfig({}));
  }
});

it('cannot be changed afterwards', () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true);
});

const KEY = 'k'.repeat(32);

describe('a value that fits', () => {
  it.each<[name: string, value: string, field: keyof Config, expected: unknown]>([
    ['HOST', '0.0.0.0', 'host', '0.0.0.0'],
    ['HOST', '::', 'host', '::'],
    ['PORT', '0', 'port', 0],
    ['PORT', ' 8080 ', 'port', 8080],
    ['PORT', '65535', 'port', 65_535],
    ['DATA_DIR', '/var/lib/charla', 'dataDir', '/var/lib/charla'],
    ['JWT_SECRET', KEY, 'jwtSecret', KEY],
    ['JWT_SECRET', '😀'.repeat(8), 'jwtSecret', '😀'.repeat(8)],
    ['SETUP_CODE', 'x'.repeat(16), 'setupCode', 'x'.repeat(16)],
    ['SETUP_CODE', '😀'.repeat(200), 'setupCode', '😀'.repeat(200)],
    ['TOKEN_TTL', '90s', 'tokenTtlSeconds', 90],
    ['TOKEN_TTL', '30m', 'tokenTtlSeconds', 1800],
    ['TOKEN_TTL', '12h', 'tokenTtlSeconds', 43_200],
    ['TOKEN_TTL', '7d', 'tokenTtlSeconds', 604_800],
    ['TOKEN_TTL', '365d', 'tokenTtlSeconds', 31_536_000],
    ['BCRYPT_COST', '4', 'bcryptCost', 4],
    ['BCRYPT_COST', '15', 'bcryptCost', 15],
    ['REGISTRATION', 'closed', 'registration', 'closed'],
    ['ALLOWED_ORIGINS', 'https://a.example', 'allowedOrigins', ['https://a.example']],
    [
      'ALLOWED_ORIGINS',
      'https://a.example, http://localhost:5173,',
      'allowedOrigins',
      ['https://a.example', 'http://localhost:5173'],
    ],
    ['TRUST_PROXY', 'false', 'trustProxy', false],
    ['TRUST_PROXY', '2', 'trustProxy', 2],
    ['TRUST_PROXY', '10.0.0.1', 'trustProxy', '10.0.0.1'],
    [
      'TRUST_PROXY',
      'loopback, 10.0.0.0/8, fd00::/8',
      'trustProxy',
      'loopback, 10.0.0.0/8, fd00::/8',
    ],
    ['LOG_LEVEL', 'silent', 'logLevel', 'silent'],
    ['LOG_LEVEL', 'trace', 'logLevel', 'trace'],
    ['RATE_LIMIT_AUTH', '0', 'rateLimitAuth', 0],
    ['RATE_LIMIT_AUTH', '100', 'rateLimitAuth', 100],
    ['PRESENCE_GRACE_MS', '0', 'presenceGraceMs', 0],
    ['SHUTDOWN_MS', '30000', 'shutdownMs', 30_000],
  ])('is taken: %s=%s', (name, value, field, expected) => {
    const config = readConfig({ [name]: value });
    expect(config[field]).toEqual(expected);
    // And nothing else has changed.
    expect({ ...config, [field]: null }).toEqual({ ...readConfig({}), [field]: null });
  });
});

describe('a value that does not fit', () => {
  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', 'http'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['PORT', '1e3'],
    ['PORT', '٣٠٠٠'],
    ['TOKEN_TTL', '12'],
    ['TOKEN_TTL', '0s'],
    ['TOKEN_TTL', '1.5h'],
    ['TOKEN_TTL', '-1h'],
    ['TOKEN_TTL', '12 h'],
    ['TOKEN_TTL', '1w'],
    ['TOKEN_TTL', '400d'],
    ['TOKEN_TTL', `${'9'.repeat(400)}s`],
    ['TOKEN_TTL', 'h'],
    ['TOKEN_TTL', '1constructor'],
    ['BCRYPT_COST', '3'],
    ['BCRYPT_COST', '16'],
    ['BCRYPT_COST', '10.5'],
    ['REGISTRATION', 'no'],
    ['REGISTRATION', 'Open'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'null'],
    ['ALLOWED_ORIGINS', 'chat.example'],
    ['ALLOWED_ORIGINS', 'https://chat.example/'],
    ['ALLOWED_ORIGINS', 'https://chat.example/path'],
    ['ALLOWED_ORIGINS', 'https://*.example'],
    ['ALLOWED_ORIGINS', 'https://a.example https://b.example'],
    ['ALLOWED_ORIGINS', 'https://a.example,b.example'],
    ['ALLOWED_ORIGINS', 'file:///index.html'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', 'TRUE'],
    ['TRUST_PROXY', 'yes'],
    ['TRUST_PROXY', '-1'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '10.0.0.0/'],
    ['TRUST_PROXY', '10.0.0.0/x'],
    ['TRUST_PROXY', 'fd00::/129'],
    ['TRUST_PROXY', '10.0.0.0/8/8'],
    ['TRUST_PROXY', '10.0.0.1,,10.0.0.2'],
    ['TRUST_PROXY', 'proxy.example'],
    ['LOG_LEVEL', 'verbose'],
    ['LOG_LEVEL', 'INFO'],
    ['RATE_LIMIT_AUTH', '-1'],
    ['RATE_LIMIT_AUTH', 'off'],
    ['RATE_LIMIT_AUTH', '1000001'],
    ['PRESENCE_GRACE_MS', '3s'],
    ['PRESENCE_GRACE_MS', '600001'],
    ['SHUTDOWN_MS', '0'],
    ['SHUTDOWN_MS', '99'],
    ['SHUTDOWN_MS', '1e4'],
  ])('stops the start and is named with its variable: %s=%s', (name, value) => {
    const start = () => readConfig({ [name]: value });
    expect(start).toThrow(name);
    expect(start).toThrow(value);
    expect(start).toThrow(/^[^\n]+$/);
  });

  it('is not shown where it is a secret', () => {
    for (const secret of ['hunter2', 'k'.repeat(31), 'é'.repeat(15)]) {
      const start = () => readConfig({ JWT_SECRET: secret });
      expect(start).toThrow('JWT_SECRET');
      expect(start).not.toThrow(secret);
    }
    for (const code of ['hunter2', 'k'.repeat(15), 'k'.repeat(201)]) {
      const start = () => readConfig({ SETUP_CODE: code });
      expect(start).toThrow('SETUP_CODE');
      expect(start).not.toThrow(code);
    }
  });
});
