import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { Failed } from '../../src/cli/command.ts';
import { runDoctor } from '../../src/cli/doctor.ts';
import { Report as CommandReport } from '../../src/cli/report.ts';
import { charla, settingsOf } from '../support/charla.ts';
import { dialect } from '../support/dialect.ts';
import { createRoom, signUp } from '../support/client.ts';
import { filesIn, sentFile } from '../support/files.ts';
import { shareHostApp } from '../support/host-app.ts';
import { shareMailServer } from '../support/mail-server.ts';
import { shareServer, startServer, type Env, type TestServer } from '../support/server.ts';

interface Report {
  readonly ok: boolean;
  readonly findings: readonly { check: string; level: string; text: string }[];
}

// What a server in its own process does.
beforeAll(() => {
  const before = process.umask(0o077);
  return () => void process.umask(before);
});

const PUBLIC_URL = 'http://localhost:1';
const mailServer = shareMailServer();
const host = shareHostApp();
const server = shareServer({ PUBLIC_URL });

const envOf = async (at: TestServer, more: Env) => ({
  ...(await settingsOf(at.dataDir)),
  PORT: new URL(at.url).port,
  ...more,
});

async function examine(at: TestServer, more: Env = {}): Promise<Report & { code: number | null }> {
  const { code, stdout, stderr } = await charla(['doctor', '--json'], {
    env: await envOf(at, more),
  });
  expect(stderr).toBe('');
  return { code, ...(JSON.parse(stdout) as Report) };
}

/** The same within this process, which takes a tenth of the time. */
async function examineHere(at: TestServer, more: Env = {}): Promise<Report> {
  const env = await envOf(at, more);
  let found: Report | undefined;
  const finish = (_: unknown, report: object) => void (found = report as Report);
  const before = process.env;
  process.env = { ...env };
  // It reads them before anything else.
  const run = runDoctor(Object.assign(new CommandReport(true), { finish }));
  process.env = before;
  const failure = await run.then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure === null || failure instanceof Failed).toBe(true);
  expect(found!.ok).toBe(failure === null);
  return found!;
}

/** What it finds wrong with the PostgreSQL of the tests. */
const offInTests =
  dialect() === 'sqlite'
    ? []
    : ['fsync', 'full_page_writes'].map(
        (name) =>
          `${name} is off in PostgreSQL: a crash of its machine may lose messages; turn it on`,
      );

const levelsOf = ({ findings }: Report, check: string) =>
  findings.filter((one) => one.check === check).map(({ level }) => level);
const textsOf = ({ findings }: Report, level: string) =>
  findings.filter((one) => one.level === level).map(({ text }) => text);

it('finds nothing wrong with a running server, and says so in sentences', async () => {
  const found = await examine(server);
  expect(textsOf(found, 'fault')).toEqual(offInTests);
  const isWell = offInTests.length === 0;
  expect(found).toMatchObject({ ok: isWell, code: isWell ? 0 : 1 });
  const checks = ['settings', 'disk space', 'disk speed', 'permissions', 'database', 'migrations'];
  for (const check of [...checks, 'clock', 'files', 'server']) {
    expect(levelsOf(found, check), check).not.toEqual([]);
  }
  expect(textsOf(found, 'ok')).toContain(
    'No request came from a proxy that TRUST_PROXY does not trust.',
  );
  const env = { ...(await settingsOf(server.dataDir)), PORT: '1' };
  const { stdout } = await charla(['doctor'], { env });
  expect(stdout).toMatch(/^ok +migrations: All \d+ migrations have run\.$/m);
  expect(stdout).toMatch(/^warning +server: No server answers at .*$/m);
});

it('finds the Origin that a browser would be refused by', async () => {
  const { ok, findings } = await examineHere(server, {
    ALLOWED_ORIGINS: 'https://blog.example.org',
  });
  expect(ok).toBe(false);
  expect(findings).toContainEqual({
    check: 'server',
    level: 'fault',
    text: expect.stringMatching(
      /^A browser on https:\/\/blog.example.org is refused \(Pages of .* may not connect; .*\); restart the server with ALLOWED_ORIGINS /,
    ),
  });
});

it('finds an address that people open which leads elsewhere, or over which no socket opens', async () => {
  const elsewhere = await examineHere(server, { PUBLIC_URL });
  expect(textsOf(elsewhere, 'warning')).toContainEqual(
    expect.stringMatching(/^http:\/\/localhost:1 does not lead to the server /),
  );
  const url = server.url.replace('127.0.0.1', 'localhost');
  const here = await examineHere(server, { PUBLIC_URL: url });
  expect(textsOf(here, 'ok')).toContain(`${url} leads to the server, also for WebSockets.`);
});

it('finds a proxy in front that the server does not trust', async () => {
  await fetch(`${server.url}/health`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  const found = await examineHere(server);
  expect(textsOf(found, 'warning')).toContainEqual(
    expect.stringMatching(/^1 requests had X-Forwarded-For, .*; set TRUST_PROXY to it, or to /),
  );

  const trusting = await startServer({ TRUST_PROXY: '1' });
  await fetch(`${trusting.url}/health`, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  const metrics = await (await fetch(`${trusting.url}/metrics`)).text();
  expect(metrics).toMatch(/^charla_untrusted_forwards_total 0$/m);
});

it('finds files that are missing, files without a row, and what others may read', async () => {
  const { token } = await signUp(server, 'Ana');
  const { id } = await createRoom(server, token, 'kitchen');
  await sentFile(server, token, id);
  const folder = join(server.dataDir, 'files');
  const [path] = filesIn(folder);
  writeFileSync(join(folder, path!.slice(0, 2), `${path!.slice(0, 2)}34567890123456`), 'x');
  chmodSync(folder, 0o755);
  rmSync(join(folder, path!));
  const found = await examineHere(server);
  expect(found).toMatchObject({ ok: false });
  expect(textsOf(found, 'fault')).toEqual([
    expect.stringMatching(/^Others may read .*files; run chmod go= .*files$/),
    ...offInTests,
    '1 of 1 files are missing in FILES_DIR; copy them back from a backup',
  ]);
  expect(textsOf(found, 'warning')).toContainEqual(expect.stringMatching(/^1 files have no row: /));
});

it('finds out whether the mail server, the OpenID provider and the host application answer', async () => {
  const outside = {
    PUBLIC_URL,
    SMTP_URL: mailServer.url,
    MAIL_FROM: 'chat@example.org',
    OIDC_ISSUER: server.url,
    OIDC_CLIENT_ID: 'charla',
    OIDC_CLIENT_SECRET: 'a secret',
    AUTH_ISSUER: 'https://app.example.org',
    AUTH_AUDIENCE: 'charla',
    AUTH_JWKS_URL: host.url,
  };
  const [well, broken] = await Promise.all([
    examineHere(server, outside),
    examineHere(server, {
      ...outside,
      SMTP_URL: server.url.replace('http:', 'smtp:'),
      AUTH_JWKS_URL: `${server.url}/docs`,
    }),
  ]);
  const at = new URL(mailServer.url).host;
  expect(textsOf(well, 'ok')).toContain(`The mail server at ${at} takes mail.`);
  expect(textsOf(well, 'ok')).toContain(`AUTH_JWKS_URL answers at ${host.url}.`);
  const wrong = (found: Report, check: string) =>
    found.findings.filter((one) => one.check === check && one.level === 'fault');
  expect(wrong(well, 'mail')).toEqual([]);
  expect(wrong(well, 'sign-in')).toMatchObject([
    { text: expect.stringMatching(/^OIDC_ISSUER does not answer at .* \(status 404\): /) },
  ]);
  expect(wrong(broken, 'mail')).toMatchObject([
    { text: expect.stringMatching(/ takes no mail \(.*\): .* see .* SMTP_URL has its name/) },
  ]);
  expect(wrong(broken, 'sign-in')).toMatchObject([
    { text: expect.stringMatching(/^OIDC_ISSUER/) },
    { text: expect.stringMatching(/^AUTH_JWKS_URL .* \(it is no JSON\): /) },
  ]);
  const gone = await examineHere(server, { ...outside, OIDC_ISSUER: 'http://127.0.0.1:1' });
  expect(wrong(gone, 'sign-in')[0]!.text).toContain('ECONNREFUSED');
});

it('finds settings with which no server starts', async () => {
  const found = await examine(server, { REGISTRATION: 'maybe' });
  expect(found).toMatchObject({ ok: false, code: 1 });
  expect(textsOf(found, 'fault')).toEqual([
    expect.stringMatching(/^REGISTRATION=maybe is not valid: .*The server does not start$/),
  ]);
});
