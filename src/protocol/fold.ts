/**
 * The form under which names and emails are compared: Unicode case folding (the default, full
 * folding of the Unicode standard, section 3.13) over NFC. JavaScript has no folding of its own;
 * upper and then lower case joins the same letters, but for the final sigma, which `toLowerCase`
 * chooses by context. A test holds this to the engine's own /iu matching for every code point.
 */
export function fold(text: string): string {
  return text.normalize('NFC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}
