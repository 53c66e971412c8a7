import { canInstallChromium, findChromium, installChromium } from './chromium.ts';

/*
 * The browser tests need Chromium: installs it where that is possible, and says so; else says what to
 * install. Without it the tests run and leave those of the browser out, but not with CI=true.
 */
if (findChromium() === null && !process.env['CHROMIUM'] && canInstallChromium()) {
  console.log('No Chromium here: installing it for the browser tests (apt-get install chromium)');
  const complaint = installChromium();
  if (complaint !== null) console.error(`Chromium could not be installed: ${complaint}`);
}
if (findChromium() === null) {
  const isCi = process.env['CI'] === 'true';
  console.error(
    `The browser tests ${isCi ? 'need Chromium' : 'are skipped, since there is no Chromium'}: ` +
      'install it (apt-get install chromium), or set CHROMIUM to its path',
  );
  if (isCi) process.exitCode = 1;
}
