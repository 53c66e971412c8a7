/** A reason not to go on, in one line that says what to do. */
export class Refusal extends Error {}

/** Runs a script: a refusal is its last line, and anything else is thrown as it is. */
export async function orRefuse(script: () => Promise<void>): Promise<void> {
  try {
    await script();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
