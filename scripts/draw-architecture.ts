import { readFileSync, writeFileSync } from 'node:fs';

/* Draws docs/architecture.svg from docs/architecture.txt, whose first lines explain how it is written. */

const UNIT = 16;
const PADDING = 10;
const LINE_HEIGHT = 18;
/** The widest letters of common system fonts, on average, in pixels. */
const LETTER = { title: 8.4, file: 7.9, text: 6.6 };

const STYLE = `
  .ground { fill: #fffdfa; stroke: #e6ddcd }
  .panel { fill: #f6f1e7; stroke: #c9bb9f; stroke-dasharray: 5 4 }
  .floor, .client { fill: #ffffff; stroke: #b3a589 }
  .part { fill: #f6f1e7; stroke: #d5c8b1 }
  .thread { fill: #edf5ef; stroke: #7fa08a }
  .disk { fill: #e8eff7; stroke: #7d96b3 }
  .note { fill: none }
  text { fill: #2a241b; font: 12px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif }
  .title { font-size: 14px; font-weight: 600 }
  .file { font: 600 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
  .text { fill: #5c5244 }
  .import, .call { stroke: #8d8069; stroke-width: 1.25; marker-end: url(#thin) }
  .step { stroke: #a85a00; stroke-width: 2.5; marker-end: url(#thick) }
  #thin path { fill: #8d8069 }
  #thick path, circle { fill: #a85a00 }
  .digit { fill: #ffffff; font-size: 11px; font-weight: 700; text-anchor: middle }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #1c1915; stroke: #372f24 }
    .panel { fill: #151210; stroke: #5b5040 }
    .floor, .client { fill: #2b261e; stroke: #877a66 }
    .part { fill: #1c1915; stroke: #5b5040 }
    .thread { fill: #1d2a22; stroke: #5d8a6c }
    .disk { fill: #1c2733; stroke: #5f7f9f }
    text { fill: #f0e9dd }
    .text { fill: #c3b7a3 }
    .import, .call { stroke: #a3957d }
    .step { stroke: #f5b33a }
    #thin path { fill: #a3957d }
    #thick path, circle { fill: #f5b33a }
    .digit { fill: #1c1915 }
  }`;

interface Box {
  readonly kind: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly lines: string[];
}

/** Returns the SVG of a picture. Throws where a box is unknown, or too small for its text. */
export function draw(source: string): string {
  const boxes = new Map<string, Box>();
  const about: Record<string, string> = {};
  const arrows: string[] = [];
  const boxAt = (name = ''): Box => {
    const box = boxes.get(name);
    if (!box) throw new Error(`No box is named "${name}"`);
    return box;
  };
  for (const line of source.split('\n')) {
    const [kind = '', ...words] = line.trim().split(/\s+/);
    if (kind === '' || kind === '#') continue;
    if (line.startsWith('  ')) [...boxes.values()].at(-1)!.lines.push(escaped(line.trim()));
    else if (['size', 'title', 'description'].includes(kind)) about[kind] = words.join(' ');
    else if (/^(step|import|call)$/.test(kind)) {
      const [at, to, from, number] = words.toReversed();
      arrows.push(...arrow(kind, boxAt(from), boxAt(to), pixels(at), number));
    } else boxes.set(words[0]!, newBox(kind, words));
  }
  const [width, height] = about['size']!.split(' ').map(pixels);
  const all = [...boxes.values()];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`,
    'role="img" aria-labelledby="title description">',
    `<title id="title">${escaped(about['title']!)}</title>`,
    `<desc id="description">${escaped(about['description']!)}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<defs>${arrowhead('thin', 8)}${arrowhead('thick', 12)}</defs>`,
    `<rect class="ground" x="0.5" y="0.5" width="${width! - 1}" height="${height! - 1}" rx="12"/>`,
    ...all.flatMap((box) => [outline(box), ...texts(box, all)]),
    ...arrows,
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function newBox(kind: string, [, across = '', down = '']: string[]): Box {
  const [left, right, top, bottom] = [...across.split('-'), ...down.split('-')].map(pixels) as [
    number,
    number,
    number,
    number,
  ];
  return { kind, left, right, top, bottom, lines: [] };
}

const pixels = (units?: string) => Math.round(Number(units) * UNIT);

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const arrowhead = (id: string, size: number) =>
  `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="${size}" markerHeight="${size}" ` +
  'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z"/></marker>';

function outline({ kind, left, right, top, bottom }: Box): string {
  const [width, height] = [right - left, bottom - top];
  if (kind !== 'disk') {
    return `<rect class="${kind}" x="${left}" y="${top}" width="${width}" height="${height}" rx="6"/>`;
  }
  const lid = `A${width / 2} 9 0 0`;
  return (
    `<path class="disk" d="M${left} ${top + 9}V${bottom - 9}${lid} 0 ${right} ${bottom - 9}V${top + 9}` +
    `${lid} 0 ${left} ${top + 9}${lid} 0 ${right} ${top + 9}"/>`
  );
}

const holds = (box: Box, other: Box) =>
  box.left < other.left &&
  box.right > other.right &&
  box.top < other.top &&
  box.bottom > other.bottom;

/**
 * Writes the lines of a box below each other: at its top if it holds other boxes, otherwise in its middle. A line
 * that begins with a number explains that step.
 */
function texts(box: Box, all: readonly Box[]): string[] {
  const { left, right, top, bottom, lines } = box;
  const isFull = all.some((other) => holds(box, other));
  const first = isFull ? top + 19 : (top + bottom - (lines.length - 1) * LINE_HEIGHT) / 2 + 5;
  return lines.map((line, i) => {
    const style = i > 0 ? 'text' : /\/$|\.\w+$/.test(line) ? 'file' : 'title';
    const [x, y] = [left + PADDING, first + i * LINE_HEIGHT];
    if (x + line.length * LETTER[style] > right - PADDING) {
      throw new Error(`"${line}" does not fit in its box`);
    }
    const [, step, text] = /^(\d) +(.*)/.exec(line) ?? [];
    if (step === undefined) return `<text class="${style}" x="${x}" y="${y}">${line}</text>`;
    return `${badge(x + 7, y - 4, step)}<text class="${style}" x="${x + 20}" y="${y}">${text}</text>`;
  });
}

/** Draws an arrow between the edges that face each other, with the number of its step in the middle. */
function arrow(kind: string, from: Box, to: Box, at: number, step?: string): string[] {
  const isVertical = from.bottom <= to.top || to.bottom <= from.top;
  const [start, end] = isVertical
    ? between(from.top, from.bottom, to.top, to.bottom)
    : between(from.left, from.right, to.left, to.right);
  const path = isVertical ? `M${at} ${start}V${end}` : `M${start} ${at}H${end}`;
  const middle = (start + end) / 2 - 4 * Math.sign(end - start);
  const [x, y] = isVertical ? [at, middle] : [middle, at];
  return [
    `<path class="${kind}" d="${path}"/>`,
    ...(step === undefined ? [] : [badge(x, y, step)]),
  ];
}

/** Returns where a line starts and ends that leads from one span to another, leaving a pixel at both ends. */
const between = (from: number, fromEnd: number, to: number, toEnd: number): [number, number] =>
  fromEnd <= to ? [fromEnd + 1, to - 1] : [from - 1, toEnd + 1];

const badge = (x: number, y: number, step: string) =>
  `<circle cx="${x}" cy="${y}" r="7.5"/><text class="digit" x="${x}" y="${y + 4}">${step}</text>`;

const file = (ending: string) => new URL(`../docs/architecture.${ending}`, import.meta.url);

if (process.argv[1]?.endsWith('draw-architecture.ts')) {
  writeFileSync(file('svg'), draw(readFileSync(file('txt'), 'utf8')));
}
