import type { Reporter, TestModule } from 'vitest/node';

/** Ends the run with one line that every machine can read. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that could not be loaded has no tests, and an error outside of a test is one all the same.
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
    const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
    // After the other reporters have had their say.
    process.once('exit', () => {
      process.stdout.write(
        `Tests: ${count('passed')} passed, ${count('failed') + broken} failed${skipped}\n`,
      );
    });
  }
}
