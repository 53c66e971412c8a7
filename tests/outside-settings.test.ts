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
