/**
 * The minimum strength of a secret, in bits as estimated below. Random secrets have more: 16 bytes in hex, the fewest
 * that fill 32 characters, are estimated at 124 on average and at 95 in unlucky cases.
 */
const MIN_BITS = 75;

/** Explains why a secret is too weak, without containing it. Returns null if it is strong enough. */
export function weaknessOf(secret: string): string | null {
  const how = 'make one with `openssl rand -base64 32`';
  // HS256 requires a key as long as its hash (RFC 7518, 3.2).
  if (Buffer.byteLength(secret) < 32) return `it must be at least 32 bytes; ${how}`;
  return estimateBits(secret) < MIN_BITS ? `it could be guessed; ${how}` : null;
}

/** Keyboard rows and common placeholder secrets: an attacker tries these first. */
const WELL_KNOWN = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol',
  'secret password changeme change-me replace-me insecure default example',
  'jwt-secret token signing-key your-super-long-string admin charla letmein',
  'correct horse battery staple development production iloveyou',
  'the quick brown fox jumps over the lazy dog thequickbrownfoxjumpsoverthelazydog',
];

/** The most frequent letter pairs of European languages: more than half of the pairs in a text. */
const FREQUENT_PAIRS = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ' +
    'ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc ' +
    'et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ' +
    'ia am ei au da do qu ue'
  ).split(' '),
);
/** How many bits a letter or a space adds to a text in a language (Shannon found 1 to 1.5 for long texts). */
const BITS_IN_TEXT = 2;

const reversed = (text: string) => [...text].toReversed().join('');
const trigramsOf = (text: string) => [...text].map((_, i) => text.slice(i, i + 3));
const wellKnown = [...WELL_KNOWN, ...WELL_KNOWN.map(reversed)].flatMap(trigramsOf);

/**
 * Estimates how many bits an attacker has to guess. Repetitions, sequences (`abcd`, `9876`, `aaaa`, `a1b2c3`) and
 * well-known parts add nothing. Letters of a sentence add little. Everything else adds as much as the kinds
 * of its characters allow.
 */
function estimateBits(secret: string): number {
  const text = [...secret.toLowerCase()];
  const known = new Set(wellKnown);
  const bitsOfOne = Math.log2(alphabetOf(secret));
  const bitsOfLetter = isLanguage(secret) ? Math.min(BITS_IN_TEXT, bitsOfOne) : bitsOfOne;
  let bits = 0;
  text.forEach((character, i) => {
    const trigram = text.slice(Math.max(0, i - 2), i + 1).join('');
    if (!continuesSequence(text, i) && !known.has(trigram)) {
      bits += /[\p{L} ]/u.test(character) ? bitsOfLetter : bitsOfOne;
    }
    if (i >= 2) known.add(trigram);
  });
  return bits;
}

/** Whether a character continues a sequence, or one of two interleaved sequences. */
function continuesSequence(text: readonly string[], i: number): boolean {
  const code = (at: number) => text[at]?.codePointAt(0) ?? Number.NaN;
  return [1, 2].some((stride) => {
    const step = code(i) - code(i - stride);
    return Math.abs(step) <= 1 && step === code(i - stride) - code(i - 2 * stride);
  });
}

/** Whether it is mostly letters, in pairs as they occur in words, with capitals only at their beginning. */
function isLanguage(secret: string): boolean {
  const text = /[a-z]/.test(secret) ? secret : secret.toLowerCase();
  const pairs = [...text].slice(1).map((_, i) => text.slice(i, i + 2));
  const inWords = pairs.filter((pair) => /^\p{L}\p{Ll}$/u.test(pair));
  const frequent = inWords.filter((pair) => FREQUENT_PAIRS.has(pair.toLowerCase()));
  const capitals = pairs.filter((pair) => /^\p{Lu}\p{Lu}$/u.test(pair));
  const others = text.replace(/[\p{L}\s_.,'-]/gu, '');
  return (
    frequent.length >= inWords.length / 2 &&
    capitals.length <= text.length / 20 &&
    others.length <= text.length / 7
  );
}

/** Estimates the size of the alphabet, from the kinds of characters and the number of different ones. */
function alphabetOf(secret: string): number {
  const kinds: [RegExp, number][] = [
    [/\d/, 10],
    [/[a-f]/, 6],
    [/[g-z]/, 20],
    [/[A-F]/, 6],
    [/[G-Z]/, 20],
    [/[^\da-z]/i, 16],
  ];
  const most = kinds.reduce((sum, [kind, size]) => sum + (kind.test(secret) ? size : 0), 0);
  return Math.max(2, Math.min(most, 2 * new Set(secret).size));
}
