import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';

const host = {
  AUTH_ISSUER: 'https://app.example.org',
  AUTH_AUDIENCE: 'charla',
  AUTH_JWKS_URL: 'https://app.example.org/keys',
};

describe('the tokens of a host application', () => {
  it('are accepted with all three settings', () => {
    expect(readConfig(host).hostTokens).toEqual({
      issuer: 'https://app.example.org',
      audience: 'charla',
      jwksUrl: 'https://app.example.org/keys',
    });
    for (const url of ['http://127.0.0.1:8080/keys', 'http://localhost/keys', 'http://[::1]:1/']) {
      expect(readConfig({ ...host, AUTH_JWKS_URL: url }).hostTokens?.jwksUrl).toBe(url);
    }
  });

  it('need all three, and the error says which is missing', () => {
    expect(() => readConfig({ ...host, AUTH_AUDIENCE: ' ' })).toThrow(
      'AUTH_AUDIENCE is missing: AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL need each other, and AUTH_ISSUER and AUTH_JWKS_URL are set',
    );
    expect(() => readConfig({ AUTH_ISSUER: 'https://app.example.org' })).toThrow(
      /^AUTH_AUDIENCE and AUTH_JWKS_URL are missing: .* AUTH_ISSUER is set$/,
    );
  });

  it.each([
    'http://app.example.org/keys',
    'http://10.0.0.7/keys',
    'http://localhost.example.org/',
    'ftp://127.0.0.1/keys',
    'https://me:pass@app.example.org/keys',
    'app.example.org/keys',
  ])('need keys that nobody can change on the way: not %s', (url) => {
    expect(() => readConfig({ ...host, AUTH_JWKS_URL: url })).toThrow(
      /^AUTH_JWKS_URL=.* is not valid: it must be an https URL/,
    );
  });
});

const openId = {
  OIDC_ISSUER: 'https://login.example.org/realms/one',
  OIDC_CLIENT_ID: 'charla',
  OIDC_CLIENT_SECRET: 'hunter2',
  PUBLIC_URL: 'https://chat.example.org/',
};

describe('the OpenID provider', () => {
  it('sends people back to PUBLIC_URL, which it therefore needs', () => {
    expect(readConfig(openId).openId).toEqual({
      issuer: 'https://login.example.org/realms/one',
      clientId: 'charla',
      clientSecret: 'hunter2',
      redirectUri: 'https://chat.example.org/auth/oidc/callback',
    });
    expect(() => readConfig({ ...openId, PUBLIC_URL: '' })).toThrow(/^PUBLIC_URL is needed/);
    expect(() => readConfig({ ...openId, OIDC_CLIENT_ID: '' })).toThrow(
      /^OIDC_CLIENT_ID is missing/,
    );
    const plain = { ...openId, OIDC_ISSUER: 'http://login.example.org' };
    expect(() => readConfig(plain)).toThrow(/^OIDC_ISSUER=.* must be an https URL/);
  });
});

const mail = {
  SMTP_URL: 'smtps://me:hunter2@mail.example.org:465',
  MAIL_FROM: 'Charla <chat@example.org>',
  PUBLIC_URL: 'https://chat.example.org',
};

describe('mail', () => {
  it('needs a server, a sender and PUBLIC_URL', () => {
    const { SMTP_URL: url, MAIL_FROM: from } = mail;
    expect(readConfig(mail).mail).toEqual({ url, from });
    expect(readConfig({ ...mail, MAIL_FROM: 'chat@example.org' }).mail?.from).toBe(
      'chat@example.org',
    );
    expect(() => readConfig({ ...mail, MAIL_FROM: '' })).toThrow(/^MAIL_FROM is missing/);
    expect(() => readConfig({ ...mail, PUBLIC_URL: '' })).toThrow(
      /^PUBLIC_URL is needed with SMTP_URL/,
    );
    for (const MAIL_FROM of ['Charla', 'a@b, c@d', 'a@b\r\nBcc: c@d', 'Charla chat@example.org']) {
      expect(() => readConfig({ ...mail, MAIL_FROM })).toThrow(/^MAIL_FROM=/);
    }
  });

  it.each(['mail.example.org', 'https://me:hunter2@mail.example.org', 'smtp://'])(
    'rejects the server %s without showing it, since it has a password',
    (url) => {
      const start = () => readConfig({ ...mail, SMTP_URL: url });
      expect(start).toThrow(/^SMTP_URL is not valid: it must be smtp:/);
      expect(start).not.toThrow(/hunter2/);
    },
  );
});
