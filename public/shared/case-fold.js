// @ts-check

/**
 * The form under which emails and the parts of a name key are compared: Unicode's default full case folding (the
 * Unicode standard, section 3.13) over NFC. JavaScript has no folding of its own; lower, upper and
 * lower again joins the same letters. Only the dotless i, which has no fold, would join the i, and a
 * sigma at the end of a word, the one letter that JavaScript lowers by what stands around it, would not
 * join the others. A test holds this to the engine's own /iu matching for every code point.
 *
 * @param {string} text
 * @returns {string}
 */
export function caseFold(text) {
  return text.normalize('NFC').split('ı').map(foldPart).join('ı').normalize('NFC');
}

/** @param {string} part */
const foldPart = (part) => part.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
