import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

/*
 * Headless Chromium opens a window for each context, and loads the menus of its address bar into a renderer of their
 * own: four hundred files, a third of what a new page costs. Chromium heeds only the last such list, so this one
 * repeats what Playwright turns off.
 */
const DISABLED = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'PreloadTopChromeWebUI',

  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
];

/** What Chromium is started with, to do nothing but show the pages that a test or a measurement opens. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A name of this machine that is not localhost.
  '--host-resolver-rules=MAP chat.test 127.0.0.1',
  `--disable-features=${DISABLED.join(',')}`,
];

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Returns the path of Chromium, from CHROMIUM or a usual place; null if there is none. */
export function findChromium(): string | null {
  const places = process.env['CHROMIUM'] ? [process.env['CHROMIUM']] : PLACES;
  return places.find(isExecutable) ?? null;
}

/** True if Chromium can be installed without asking: as root, on a system with apt. */
export const canInstallChromium = (): boolean =>
  process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');

/** Installs Debian's Chromium; returns the last line of apt-get's errors, or null on success. */
export function installChromium(): string | null {
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status, stderr } = spawnSync('apt-get', ['-qq', ...args], { env, encoding: 'utf8' });
    if (status !== 0) return stderr.trim().split('\n').at(-1) || `apt-get exited with ${status}`;
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
