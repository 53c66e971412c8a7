import { findingsOf, type Finding } from './finding.ts';

/** How far apart clocks may be, in milliseconds. */
const TOLERANCE_MS = 5000;

/** Compares the clock with a time that has passed, or with another clock. */
export function clockFinding(known: number | null, now: number): Finding {
  const { ok, fault } = findingsOf('clock');
  const time = new Date(now).toISOString();
  if (known === null || known <= now + TOLERANCE_MS) return ok(`The clock says ${time}.`);
  const seconds = Math.round((known - now) / 1000);
  return fault(
    `The clock says ${time}, ${seconds} s before the newest event: one of them is wrong; synchronize the clock (NTP)`,
  );
}

/** Compares the clock with that of the database. */
export function clocksFinding(database: number, now: number): Finding {
  const { ok, fault } = findingsOf('clock');
  const seconds = ((now - database) / 1000).toFixed(1);
  if (Math.abs(now - database) <= TOLERANCE_MS) {
    return ok(`This clock and that of the database are ${seconds} s apart.`);
  }
  return fault(
    `This clock and that of the database are ${seconds} s apart; synchronize both (NTP)`,
  );
}
