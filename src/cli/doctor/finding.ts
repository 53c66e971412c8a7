/** What a check has found. A fault needs the operator; a warning may be as it should be. */
export interface Finding {
  readonly check: string;
  readonly level: 'ok' | 'warning' | 'fault';
  /** A plain sentence; where something is wrong, with what to do. */
  readonly text: string;
}

/** Makes the findings of a check. */
export const findingsOf = (check: string) => ({
  ok: (text: string): Finding => ({ check, level: 'ok', text }),
  warning: (text: string): Finding => ({ check, level: 'warning', text }),
  fault: (text: string): Finding => ({ check, level: 'fault', text }),
});

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
