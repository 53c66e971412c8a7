import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of the browser tests: CHROMIUM, or where systems put it; null where there is none. */
export function findChromium(): string | null {
  const places = process.env['CHROMIUM'] ? [process.env['CHROMIUM']] : PLACES;
  return places.find(isExecutable) ?? null;
}

/** Whether Chromium can be installed without asking: by root, where there is apt. */
export const canInstallChromium = (): boolean =>
  process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');

/** Installs Debian's Chromium; returns what apt-get complained about, or null where it did not. */
export function installChromium(): string | null {
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status, stderr } = spawnSync('apt-get', ['-qq', ...args], { env, encoding: 'utf8' });
    if (status !== 0) return stderr.trim().split('\n').at(-1) || `apt-get ended with ${status}`;
  }
  return null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
