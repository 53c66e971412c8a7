import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';

/* Draws the icons of the installed page from public/icons/favicon.svg. */

const FOLDER = new URL('../public/icons/', import.meta.url);

interface Icon {
  readonly size: number;
  /** The part of the width that the logo takes. */
  readonly logo: number;
  readonly ground?: string;
  /** White only, as Android's status bar wants it. */
  readonly isSilhouette?: true;
}

const ICONS: Record<string, Icon> = {
  // In tabs: to draw the SVG there would take longer than to draw the form.
  'favicon-48.png': { size: 48, logo: 1 },
  'icon-192.png': { size: 192, logo: 0.92 },
  'icon-512.png': { size: 512, logo: 0.92 },
  // Systems cut the corners off, down to a circle of 80 %.
  'maskable-512.png': { size: 512, logo: 0.6, ground: '#fffdfa' },
  // iOS shows transparency as black.
  'apple-touch-icon.png': { size: 180, logo: 0.72, ground: '#fffdfa' },
  'badge-96.png': { size: 96, logo: 0.92, isSilhouette: true },
};

const logo = readFileSync(new URL('favicon.svg', FOLDER), 'utf8');
// The tilde is cut out of the bubble.
const silhouette = logo
  .replace(/<path fill="#[^"]+"/, '<path fill="#fff" mask="url(#tilde)"')
  .replace(
    /(<path fill="none")( stroke=)"#[^"]+"([\s\S]*?\/>)/,
    (_, start, stroke, rest) =>
      `<mask id="tilde"><rect width="48" height="48" fill="#fff"/>${start}${stroke}"#000"${rest}</mask>`,
  );

const executablePath = findChromium();
if (!executablePath) throw new Error('Install Chromium, or set CHROMIUM to its path');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const [name, { size, logo: part, ground, isSilhouette }] of Object.entries(ICONS)) {
  await page.setViewportSize({ width: size, height: size });
  const svg = isSilhouette ? silhouette : logo;
  await page.setContent(`<style>
      body { margin: 0; display: grid; place-items: center; height: ${size}px; background: ${ground ?? 'transparent'} }
      svg { width: ${size * part}px }
    </style>${svg}`);
  writeFileSync(new URL(name, FOLDER), await page.screenshot({ omitBackground: !ground }));
}
await browser.close();
