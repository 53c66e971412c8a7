import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Short files with long tests: begun last, they would go on alone. */
const LONG = /streams\/conformance|protocol-document|browser\/short-tokens|shell-blocks|release/;

/** Begins with files that take long, and goes on with the largest, which Vitest takes for the longest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await BaseSequencer.prototype.sort.call(this, files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
