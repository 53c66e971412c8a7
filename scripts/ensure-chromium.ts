import { canInstallChromium, findChromium, installChromium } from './chromium.ts';

/*
 * The browser tests need Chromium. Installs it where possible; otherwise prints what to install. Without
 * it, the browser tests are skipped; with CI=true, this script fails instead.
 */
if (findChromium() === null && !process.env['CHROMIUM'] && canInstallChromium()) {
  console.log(
    'Chromium is missing: installing it for the browser tests (apt-get install chromium)',
  );
  const error = installChromium();
  if (error !== null) console.error(`Chromium could not be installed: ${error}`);
}
if (findChromium() === null) {
  const isCi = process.env['CI'] === 'true';
  console.error(
    `The browser tests ${isCi ? 'need Chromium' : 'are skipped, because Chromium is missing'}: ` +
      'install it (apt-get install chromium), or set CHROMIUM to its path',
  );
  if (isCi) process.exitCode = 1;
}
