import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/package.ts';
import { signUp } from '../support/client.ts';
import { shareServer, temporaryFolder } from '../support/server.ts';
import { openGateway } from './conformance/gateway.ts';

const streamTimes = { longPollMs: 2000, liveMs: 60_000, heartbeatMs: 15_000 };
const server = shareServer({}, undefined, () => {}, { streamTimes });

interface Report {
  readonly testResults: {
    readonly assertionResults: {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

/** Runs the suite of the protocol's authors in a process of its own, and returns its report. */
async function runSuite(gateway: string): Promise<Report> {
  const file = join(temporaryFolder(), 'report.json');
  const vitest = join(packageRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const root = fileURLToPath(new URL('conformance', import.meta.url));
  const args = [vitest, 'run', '--root', root, '--reporter=json', `--outputFile=${file}`];
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, GATEWAY_URL: gateway };
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { env, timeout: 150_000 }, (error, stdout, stderr) =>
      resolve(`${error?.message} ${stdout} ${stderr}`),
    );
  });
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch (error) {
    throw new Error(`The suite made no report: ${output}`, { cause: error });
  }
}

it('passes the tests of the Durable Streams protocol that read', { timeout: 180_000 }, async () => {
  const { token } = await signUp(server, 'Reader');
  const gateway = await openGateway(server, token);
  const { testResults } = await runSuite(gateway.url).finally(gateway.close);
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const withStatus = (status: string) => results.filter((one) => one.status === status);
  const failures = withStatus('failed').map(({ fullName, failureMessages }) => [
    fullName,
    failureMessages?.[0]?.split('\n')[0],
  ]);
  expect(failures).toEqual([]);
  // Those of the suite's version 0.3.6. What does not apply is listed in conformance/suite.ts, with the reason.
  expect(withStatus('passed').length).toBeGreaterThanOrEqual(80);
});
