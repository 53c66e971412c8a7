import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig, settings, type Config } from '../src/config.ts';

it('uses the defaults of the contract if nothing is set', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 3000,
    dataDir: './data',
    databaseUrl: null,
    publicUrl: null,
    jwtSecret: null,
    setupCode: null,
    metricsToken: null,
    tokenTtlSeconds: 12 * 3600,
    bcryptCost: 10,
    registration: 'open',
    allowedOrigins: [],
    trustProxy: false,
    logLevel: 'info',
    rateLimitAuth: 10,
    rateLimitMessages: 10,
    rateLimitRequests: 50,
    maxConnectionsPerUser: 20,
    maxRoomsPerUser: 100,
    filesDir: null,
    maxFileBytes: 26_214_400,
    maxFilesBytesPerUser: 1_073_741_824,
    webhooksToPrivateAddresses: false,
    presenceGraceMs: 3000,
    shutdownMs: 10_000,
    hostTokens: null,
    openId: null,
    mail: null,
  });
});

it('treats an empty variable as not set', () => {
  for (const value of ['', ' ']) {
    const empty = Object.fromEntries(settings.map((name) => [name, value]));
    expect(readConfig({ ...empty, JWT_SECRET: '' })).toEqual(readConfig({}));
  }
});

it('returns a frozen config', () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true);
});

const KEY = 'q8VwZr3TnX5bLm0KcYd7HsJf2GpAe9Ru';

describe('DATABASE_URL', () => {
  it.each(['postgres://me:pass@db.example:5432/charla', 'postgresql:///charla?host=/run/pg'])(
    'accepts %s',
    (url) => {
      expect(readConfig({ DATABASE_URL: url, JWT_SECRET: KEY }).databaseUrl).toBe(url);
    },
  );

  it.each(['mysql://me:pass@db/charla', 'db.example', 'postgres://me:pass@db:port/charla'])(
    'rejects %s without showing it, since it has a password',
    (url) => {
      const start = () => readConfig({ DATABASE_URL: url, JWT_SECRET: KEY });
      expect(start).toThrow(/^DATABASE_URL is not valid: it must be postgres:/);
      expect(start).not.toThrow(/pass@/);
    },
  );

  it('needs a JWT_SECRET, since tokens of one node have to be valid on all', () => {
    const start = () => readConfig({ DATABASE_URL: 'postgres://db/charla' });
    expect(start).toThrow(/^JWT_SECRET is needed with DATABASE_URL/);
  });
});

describe('a valid value', () => {
  it.each<[name: string, value: string, field: keyof Config, expected: unknown]>([
    ['METRICS_TOKEN', 'abcdefghij0123456789', 'metricsToken', 'abcdefghij0123456789'],
    ['HOST', '0.0.0.0', 'host', '0.0.0.0'],
    ['HOST', '::', 'host', '::'],
    ['PORT', '0', 'port', 0],
    ['PORT', ' 8080 ', 'port', 8080],
    ['PORT', '65535', 'port', 65_535],
    ['DATA_DIR', '/var/lib/charla', 'dataDir', '/var/lib/charla'],
    ['PUBLIC_URL', 'https://chat.example.org', 'publicUrl', 'https://chat.example.org'],
    ['PUBLIC_URL', 'https://chat.example.org/', 'publicUrl', 'https://chat.example.org'],
    ['PUBLIC_URL', 'HTTPS://Chat.Example.org:443', 'publicUrl', 'https://chat.example.org'],
    ['PUBLIC_URL', 'http://10.0.0.7:8080', 'publicUrl', 'http://10.0.0.7:8080'],
    ['PUBLIC_URL', 'http://[fd00::7]:8080/', 'publicUrl', 'http://[fd00::7]:8080'],
    ['JWT_SECRET', KEY, 'jwtSecret', KEY],
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
    ['REGISTRATION', 'invite', 'registration', 'invite'],
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
    ['RATE_LIMIT_MESSAGES', '0', 'rateLimitMessages', 0],
    ['RATE_LIMIT_MESSAGES', '7', 'rateLimitMessages', 7],
    ['RATE_LIMIT_REQUESTS', '0', 'rateLimitRequests', 0],
    ['RATE_LIMIT_REQUESTS', '7', 'rateLimitRequests', 7],
    ['MAX_CONNECTIONS_PER_USER', '0', 'maxConnectionsPerUser', 0],
    ['MAX_CONNECTIONS_PER_USER', '7', 'maxConnectionsPerUser', 7],
    ['MAX_ROOMS_PER_USER', '0', 'maxRoomsPerUser', 0],
    ['MAX_ROOMS_PER_USER', '7', 'maxRoomsPerUser', 7],
    ['FILES_DIR', '/mnt/files', 'filesDir', '/mnt/files'],
    ['MAX_FILE_BYTES', '1', 'maxFileBytes', 1],
    ['MAX_FILES_BYTES_PER_USER', '0', 'maxFilesBytesPerUser', 0],
    ['MAX_FILES_BYTES_PER_USER', '7', 'maxFilesBytesPerUser', 7],
    ['WEBHOOKS_TO_PRIVATE_ADDRESSES', 'true', 'webhooksToPrivateAddresses', true],
    ['WEBHOOKS_TO_PRIVATE_ADDRESSES', 'false', 'webhooksToPrivateAddresses', false],
    ['PRESENCE_GRACE_MS', '0', 'presenceGraceMs', 0],
    ['SHUTDOWN_MS', '30000', 'shutdownMs', 30_000],
  ])('is accepted: %s=%s', (name, value, field, expected) => {
    const config = readConfig({ [name]: value });
    expect(config[field]).toEqual(expected);
    // No other setting has changed.
    expect({ ...config, [field]: null }).toEqual({ ...readConfig({}), [field]: null });
  });
});

describe('an invalid value', () => {
  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', 'http'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['PORT', '1e3'],
    ['PORT', '٣٠٠٠'],
    ['PUBLIC_URL', 'chat.example.org'],
    ['PUBLIC_URL', 'https://'],
    ['PUBLIC_URL', 'ftp://chat.example.org'],
    ['PUBLIC_URL', 'wss://chat.example.org'],
    ['PUBLIC_URL', 'https://chat.example.org/chat'],
    ['PUBLIC_URL', 'https://chat.example.org//'],
    ['PUBLIC_URL', 'https://chat.example.org/?'],
    ['PUBLIC_URL', 'https://chat.example.org?a=1'],
    ['PUBLIC_URL', 'https://chat.example.org#a'],
    ['PUBLIC_URL', 'https://ana@chat.example.org'],
    ['PUBLIC_URL', 'https://*.example.org'],
    ['PUBLIC_URL', 'https://chat.example.org:70000'],
    ['PUBLIC_URL', 'https://a.example,https://b.example'],
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
    ['WEBHOOKS_TO_PRIVATE_ADDRESSES', '1'],
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
    ['RATE_LIMIT_MESSAGES', '-1'],
    ['RATE_LIMIT_MESSAGES', '1.5'],
    ['RATE_LIMIT_MESSAGES', 'none'],
    ['RATE_LIMIT_REQUESTS', '-1'],
    ['RATE_LIMIT_REQUESTS', '1.5'],
    ['RATE_LIMIT_REQUESTS', 'none'],
    ['MAX_CONNECTIONS_PER_USER', '-1'],
    ['MAX_CONNECTIONS_PER_USER', '1.5'],
    ['MAX_CONNECTIONS_PER_USER', 'none'],
    ['MAX_ROOMS_PER_USER', '-1'],
    ['MAX_ROOMS_PER_USER', '1.5'],
    ['MAX_ROOMS_PER_USER', 'none'],
    ['MAX_FILE_BYTES', '0'],
    ['MAX_FILE_BYTES', '25MiB'],
    ['MAX_FILES_BYTES_PER_USER', '-1'],
    ['PRESENCE_GRACE_MS', '3s'],
    ['PRESENCE_GRACE_MS', '600001'],
    ['SHUTDOWN_MS', '0'],
    ['SHUTDOWN_MS', '99'],
    ['SHUTDOWN_MS', '1e4'],
  ])('throws an error that names the variable and the value: %s=%s', (name, value) => {
    const start = () => readConfig({ [name]: value });
    expect(start).toThrow(name);
    expect(start).toThrow(value);
    expect(start).toThrow(/^[^\n]+$/);
  });

  it.each([
    'hunter2',
    KEY.slice(1),
    'é'.repeat(15),
    'a'.repeat(64),
    'ab'.repeat(32),
    'abc123'.repeat(8),
    'changeme'.repeat(5),
    'ChangeMe'.repeat(5),
    '0123456789'.repeat(4),
    '0123456789abcdef'.repeat(2),
    '9876543210fedcba'.repeat(2),
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'aabbccddeeffgghhiijjkkllmmnnooppqq',
    'a1b2c3d4e5f6g7h8i9j0a1b2c3d4e5f6',
    'qwertyuiopasdfghjklzxcvbnm123456',
    '1q2w3e4r5t6y7u8i9o0p1q2w3e4r5t6y',
    'deadbeef'.repeat(4),
    '😀'.repeat(8),
    'password'.repeat(4),
    'P@ssw0rd!'.repeat(4),
    'JWT_SECRET_JWT_SECRET_JWT_SECRET',
    'thisisaverysecretsecretkeyforjwt',
    'this is a very secret key for our tokens',
    'THIS IS A VERY SECRET KEY FOR OUR TOKENS',
    'my-super-secret-jwt-key-change-in-production',
    'correct horse battery staple correct horse',
    'the quick brown fox jumps over the lazy dog',
    'iloveyouiloveyouiloveyouiloveyou',
    'einsehrlangesgeheimesschluesselwort',
    'mi contraseña muy secreta del servidor',
    'CharlaCharlaCharlaCharlaCharla2026',
    '2026-01-01T00:00:00Z2026-01-01T00:00:00Z',
  ])('is not shown if it is a weak secret: %s', (secret) => {
    const start = () => readConfig({ JWT_SECRET: secret });
    expect(start).toThrow(/^JWT_SECRET is not valid: .*openssl rand -base64 32/);
    expect(start).not.toThrow(secret);
  });
});

it('rejects a setup code that is too short or too long, without showing it', () => {
  for (const code of ['hunter2', 'k'.repeat(15), 'k'.repeat(201)]) {
    const start = () => readConfig({ SETUP_CODE: code });
    expect(start).toThrow('SETUP_CODE');
    expect(start).not.toThrow(code);
  }
});

it('rejects a METRICS_TOKEN that is too short or cannot stand in a header, without showing it', () => {
  for (const token of [
    'hunter2',
    'k'.repeat(15),
    'k'.repeat(201),
    'twenty characters too',
    'ñ'.repeat(20),
  ]) {
    const start = () => readConfig({ METRICS_TOKEN: token });
    expect(start).toThrow(/^METRICS_TOKEN is not valid: it must be 16 to 200 /);
    expect(start).not.toThrow(token);
  }
});

it('accepts every random secret', () => {
  const makers = [
    () => randomBytes(16).toString('hex'),
    () => randomBytes(32).toString('hex'),
    () => randomBytes(32).toString('hex').toUpperCase(),
    () => randomBytes(32).toString('base64'),
    () => randomBytes(48).toString('base64url'),
    () => randomUUID(),
    () => randomUUID() + randomUUID(),
  ];
  for (let i = 0; i < 1500; i += 1) {
    for (const make of makers) {
      const JWT_SECRET = make();
      expect(readConfig({ JWT_SECRET }).jwtSecret).toBe(JWT_SECRET);
    }
  }
});

describe('a setting misspelt by one letter', () => {
  it.each([
    ['JWT_SECRT', 'JWT_SECRET'],
    ['JWT_SECRETS', 'JWT_SECRET'],
    ['JWT-SECRET', 'JWT_SECRET'],
    ['TURST_PROXY', 'TRUST_PROXY'],
    ['ALOWED_ORIGINS', 'ALLOWED_ORIGINS'],
    ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
    ['DATADIR', 'DATA_DIR'],
    ['XDATA_DIR', 'DATA_DIR'],
    ['PUBLIC_URI', 'PUBLIC_URL'],
    ['RATE_LIMIT_AUHT', 'RATE_LIMIT_AUTH'],
  ])('throws an error: %s', (name, meant) => {
    const start = () => readConfig({ [name]: 'a value', [meant]: undefined });
    expect(start).toThrow(`${name} is not a setting; did you mean ${meant}?`);
    expect(start).not.toThrow('a value');
  });

  it.each([
    'HOSTS',
    'POST',
    'GHOST',
    'PORTS',
    'HOSTNAME',
    'SECRET',
    'JWT_KEY',
    'data_dir',
    'DATA_DIR_2',
  ])('is not detected if the name is shorter than five letters or differs more: %s', (name) => {
    expect(readConfig({ [name]: 'a value' })).toEqual(readConfig({}));
  });

  it('is ignored if it is empty', () => {
    expect(readConfig({ JWT_SECRT: '' })).toEqual(readConfig({}));
  });
});
