// @ts-check
import { encode } from 'uqr';
import { html } from './html.js';

/** The light margin that scanners need, in modules. */
const MARGIN = 4;

/**
 * A text as a QR code: dark on light, in the dark too, since not every scanner reads the reverse.
 *
 * @param {{ text: string, label: string }} props
 */
export function QrCode({ text, label }) {
  const { data, size } = encode(text, { border: 0 });
  const modules = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])),
  );
  const side = size + 2 * MARGIN;
  return html`<svg
    class="qr-code"
    role="img"
    aria-label=${label}
    viewBox=${`${-MARGIN} ${-MARGIN} ${side} ${side}`}
    shape-rendering="crispEdges"
  >
    <path d=${modules.join('')} />
  </svg>`;
}
