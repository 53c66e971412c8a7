import sharp from 'sharp';

/* Drawings for the screenshots: photos of other people have owners. */

const loaf = (x: number, y: number, size: number) => `
  <g transform="translate(${x} ${y}) scale(${size})">
    <ellipse cx="0" cy="62" rx="150" ry="18" fill="#0003" />
    <path d="M-140 40 Q-150 -60 0 -70 Q150 -60 140 40 Q140 62 0 62 Q-140 62 -140 40Z" fill="#c07a35" />
    <path d="M-128 26 Q-132 -50 0 -58 Q132 -50 128 26 Q60 4 0 4 Q-60 4 -128 26Z" fill="#d99a4e" />
    ${[-70, -10, 50].map((at) => `<path d="M${at} -38 q34 14 26 52" stroke="#f3d9a6" stroke-width="11" stroke-linecap="round" fill="none" />`).join('')}
  </g>`;

const drawings = {
  'two loaves.jpg': `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800">
    <defs>
      <linearGradient id="wall" x2="0" y2="1"><stop stop-color="#f7e3c4" /><stop offset="1" stop-color="#e9c999" /></linearGradient>
      <linearGradient id="board" x2="0" y2="1"><stop stop-color="#8a5a34" /><stop offset="1" stop-color="#6c4426" /></linearGradient>
    </defs>
    <rect width="1200" height="800" fill="url(#wall)" />
    <circle cx="960" cy="170" r="90" fill="#fff3d6" opacity="0.8" />
    <rect y="520" width="1200" height="280" fill="url(#board)" />
    ${loaf(430, 470, 1.9)}${loaf(850, 560, 1.35)}
  </svg>`,
  'oven.jpg': `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="800">
    <rect width="800" height="800" fill="#b9c4c2" />
    <rect x="110" y="90" width="580" height="640" rx="28" fill="#3c4446" />
    <rect x="160" y="250" width="480" height="400" rx="20" fill="#191c1d" />
    <rect x="185" y="275" width="430" height="350" rx="12" fill="#e2762b" />
    <rect x="185" y="275" width="430" height="350" rx="12" fill="#ffb347" opacity="0.55" />
    ${loaf(400, 500, 1.1)}
    ${[220, 310, 400].map((x) => `<circle cx="${x}" cy="170" r="26" fill="#d8dedd" />`).join('')}
    <rect x="480" y="145" width="150" height="52" rx="8" fill="#10312d" />
    <text x="555" y="184" font-family="monospace" font-size="36" text-anchor="middle" fill="#7df5d0">230°</text>
  </svg>`,
};

/** A picture by its name, as JPEG. */
export const samplePicture = async (
  name: keyof typeof drawings,
): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await sharp(Buffer.from(drawings[name])).jpeg({ quality: 90 }).toBuffer());
