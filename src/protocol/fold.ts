/**
 * The form under which names and emails are compared: Unicode's default full case folding (the
 * Unicode standard, section 3.13) over NFC. JavaScript has no folding of its own; lower, upper and
 * lower again joins the same letters, character by character, so that no rule of context (the final
 * sigma's) comes in. Only the dotless i, which has no fold, would join the i. A test holds this to
 * the engine's own /iu matching for every code point.
 */
export function fold(text: string): string {
  let folded = '';
  for (const letter of text.normalize('NFC')) {
    folded += letter === 'ı' ? letter : letter.toLowerCase().toUpperCase().toLowerCase();
  }
  return folded.normalize('NFC');
}
