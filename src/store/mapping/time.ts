let last = { ms: 0, text: '1970-01-01T00:00:00.000Z' };

/** Messages that are sent together share one time, which is formatted once. */
export function isoTime(ms: number): string {
  if (last.ms !== ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
}

/** The inverse. The rows of events have the time of their message, which was just formatted. */
export const timeOf = (text: string): number => (text === last.text ? last.ms : Date.parse(text));

export const isoTimeOrNull = (ms: number | null) => (ms === null ? null : isoTime(ms));

/** When something expires that does not: the last time that a Date can have. */
export const NEVER = 8_640_000_000_000_000;

/** When something expires, for clients; null for never. */
export const expiryTime = (ms: number) => (ms === NEVER ? null : isoTime(ms));
