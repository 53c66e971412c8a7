import { findChromium, installChromium } from './chromium.ts';

/* The browser tests need a browser: makes sure that there is one, or says what to do. */
if (findChromium() === null) installChromium();
if (findChromium() === null) {
  console.error(
    'The browser tests need Chromium: install it (apt-get install chromium), or set CHROMIUM to its path.',
  );
  process.exitCode = 1;
}
