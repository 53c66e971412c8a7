/* What browsers run must never pass as text. So markup is recognized more generously than browsers do. */

/** The byte order marks of UTF-16. */
const LITTLE_ENDIAN = '\u00ff\u00fe';
const BIG_ENDIAN = '\u00fe\u00ff';

/** The first elements by which browsers recognize HTML, and those that load or run something. */
const HTML_ELEMENTS = new Set(
  (
    'a abbr address applet area article aside audio b base body br button canvas center div dl embed em fieldset ' +
    'font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input isindex label li ' +
    'link main map marquee math menu meta nav noscript object ol option p pre script section select span strong ' +
    'style table tbody td template textarea th title tr u ul video'
  ).split(' '),
);

/** White space (a byte order mark is some, too), comments, processing instructions. One that is cut off ends the text. */
const PROLOG = /^(?:\s+|<!--[^]*?(?:-->|$)|<\?[^]*?(?:>|$))/;

/** The type of HTML, SVG or other XML by its first bytes; null for all else. */
export function markupType(head: Buffer): string | null {
  const text = decode(head);
  if (!text.trimStart().startsWith('<')) return null;
  const isXml = /^\s*<\?xml\b/i.test(text);
  const root = withoutProlog(text);
  const doctype = /^<!doctype\s+([\w:-]+)(?:[^[>]|\[[^]*?\])*>?/i.exec(root);
  const name = elementName(doctype ? withoutProlog(root.slice(doctype[0].length)) : root);
  const names = [name, doctype?.[1]?.toLowerCase().split(':').pop()];
  if (names.includes('svg')) return 'image/svg+xml';
  if (names.some((one) => one !== undefined && HTML_ELEMENTS.has(one))) return 'text/html';
  if (isXml || doctype || /^<[^>]*\sxmlns\b/i.test(root)) return 'application/xml';
  // Browsers take a comment for HTML, whatever follows.
  return root === text.trimStart() ? null : 'text/html';
}

/** Without a byte order mark, UTF-16 shows by the zero beside its first character. */
function decode(head: Buffer): string {
  const [first, second] = head;
  const start = head.toString('latin1', 0, 2);
  if (start === BIG_ENDIAN || (first === 0 && second !== 0)) {
    const whole = head.subarray(0, head.length - (head.length % 2));
    return Buffer.from(whole).swap16().toString('utf16le');
  }
  if (start === LITTLE_ENDIAN || (first !== 0 && second === 0)) return head.toString('utf16le');
  return head.toString('utf8');
}

function withoutProlog(text: string): string {
  let rest = text;
  for (let match = PROLOG.exec(rest); match; match = PROLOG.exec(rest)) {
    rest = rest.slice(match[0].length);
  }
  return rest;
}

/** The name of the element that a text starts with, without its prefix. */
const elementName = (text: string): string | undefined =>
  /^<(?:[\w-]+:)?([\w-]+)/.exec(text)?.[1]?.toLowerCase();
