import type { Reporter, TestModule } from 'vitest/node';

/** Prints one machine-readable line at the end of the run. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that fails to load has no tests; it and errors outside of tests count as failures.
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
    const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
    // At exit, so that it comes after the output of other reporters.
    process.once('exit', () => {
      process.stdout.write(
        `Tests: ${count('passed')} passed, ${count('failed') + broken} failed${skipped}\n`,
      );
    });
  }
}
