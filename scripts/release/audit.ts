import { execFile } from 'node:child_process';
import { Refusal } from './refusal.ts';

const SEVERITIES = ['info', 'low', 'moderate', 'high', 'critical'] as const;
/** From here on, a fault stops a release. */
const STOPS = SEVERITIES.indexOf('moderate');

/** The parts of `npm audit --json` that are read; `message` stands alone where the registry has not answered. */
interface Report {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly severity: (typeof SEVERITIES)[number]; readonly range: string }>
  >;
}

/**
 * Asks the registry which packages of production have known faults, and says what it answered, in one line. Throws
 * a Refusal where one is moderate or worse, and where the registry does not answer.
 */
export async function auditProduction(): Promise<string> {
  const report = await askRegistry();
  if (!report.vulnerabilities) {
    throw new Refusal(
      `The registry does not say which packages have known faults (${report.message ?? 'no reason given'}); ` +
        'try again where it does, or release with --unaudited',
    );
  }
  const faults = Object.entries(report.vulnerabilities).map(([name, { severity, range }]) => ({
    text: `${name} ${range} (${severity})`,
    stops: SEVERITIES.indexOf(severity) >= STOPS,
  }));
  const listed = faults.map(({ text }) => text).join(', ');
  if (faults.some(({ stops }) => stops)) {
    throw new Refusal(
      `Packages of production have known faults: ${listed}; see npm audit --omit=dev`,
    );
  }
  return faults.length === 0
    ? 'No package of production has a known fault'
    : `Packages of production have small faults: ${listed}`;
}

function askRegistry(): Promise<Report> {
  return new Promise((resolve) => {
    execFile('npm', ['audit', '--omit=dev', '--json'], (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout) as Report);
      } catch {
        resolve({ message: stderr.trim().split('\n')[0] || error?.message || 'no JSON' });
      }
    });
  });
}
