/**
 * Shorter names (HOST, PORT) are not compared: one letter more or less yields variables of other programs (POST,
 * HOSTS, SPORT).
 */
const MIN_LENGTH = 5;

/**
 * Finds a variable that differs from a setting by one letter: wrong, missing, extra, or two swapped. It would be
 * ignored, and the server would run with another value than intended. Returns null if there is none.
 */
export function findMisspelling(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly string[],
): { name: string; meant: string } | null {
  const known = new Set(settings);
  for (const [name, value] of Object.entries(env)) {
    if (!value || known.has(name)) continue;
    const meant = settings.find((one) => one.length >= MIN_LENGTH && isOneLetterOff(name, one));
    if (meant !== undefined) return { name, meant };
  }
  return null;
}

function isOneLetterOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB.slice(1) ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB ||
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0])
  );
}
