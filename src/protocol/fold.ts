/**
 * The form under which names and emails are compared: Unicode's default full case folding (the
 * Unicode standard, section 3.13) over NFC. JavaScript has no folding of its own; lower, upper and
 * lower again joins the same letters. Only the dotless i, which has no fold, would join the i, and a
 * sigma at the end of a word, the one letter that JavaScript lowers by what stands around it, would not
 * join the others. A test holds this to the engine's own /iu matching for every code point.
 */
export function fold(text: string): string {
  return text.normalize('NFC').split('ı').map(foldPart).join('ı').normalize('NFC');
}

const foldPart = (part: string) =>
  part.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
