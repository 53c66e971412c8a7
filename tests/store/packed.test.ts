import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Job, Outcome } from '../../src/store/mutation.ts';
import {
  pack,
  packJobs,
  packResult,
  unpack,
  unpackJobs,
  unpackResult,
} from '../../src/store/packed.ts';

/* Everything that another thread receives has been cloned. */

const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.constantFrom(null, undefined, true, Buffer.from('bytes').buffer, ['a'], { deep: [1, {}] }),
);
const object = fc.dictionary(fc.string(), value);
/** Objects of one shape, as the mutations of a group have them, and lists of anything. */
const list = fc.oneof(
  fc
    .uniqueArray(fc.string(), { maxLength: 4 })
    .chain((names) =>
      fc.array(fc.tuple(...names.map(() => value)).map((values) => toObject(names, values))),
    ),
  fc.array(fc.oneof(value, object)),
);

const toObject = (names: readonly string[], values: readonly unknown[]) =>
  Object.fromEntries(names.map((name, i) => [name, values[i]]));

describe('what crosses to another thread', () => {
  it('arrives as it was, whatever it is', () => {
    fc.assert(
      fc.property(list, (items) => {
        expect(unpack(structuredClone(pack<unknown>(items)))).toStrictEqual(structuredClone(items));
      }),
    );
  });

  it('crosses as values alone where the objects are alike', () => {
    const packed = pack([
      { a: 1, b: undefined },
      { a: 2, b: 'x' },
    ]);
    expect(packed).toEqual({ names: ['a', 'b'], values: [1, undefined, 2, 'x'] });
  });

  it.each([
    [
      'in another order',
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
    ['with a property less', [{ a: 1, b: 2 }, { a: 1 }]],
    ['with a property more', [{ a: 1 }, { a: 1, b: 2 }]],
    ['of which one is nothing', [{ a: 1 }, null]],
    ['without properties', [{}, {}]],
    ['of a class', [new Date(0), new Date(1)]],
  ])('crosses as it is where the objects differ: %s', (_, items) => {
    expect(pack<unknown>(items)).toBe(items);
  });

  it('keeps the order of jobs of several mutations', () => {
    const jobs: Job[] = [
      { mutation: 'send', input: { text: 'a' } },
      { mutation: 'send', input: { text: 'b' } },
      { mutation: 'purge', input: undefined },
      { mutation: 'send', input: { text: 'c', seq: 1 } },
      { mutation: 'index', input: 200 },
    ];
    expect(unpackJobs(structuredClone(packJobs(jobs)))).toStrictEqual(jobs);
  });

  it('keeps outcomes of every kind', () => {
    const done: Outcome[] = [{ value: { seq: 1 } }, { value: { seq: 2 } }];
    const nothing: Outcome[] = [{ value: undefined }];
    const fault: Outcome[] = [...done, { fault: { message: 'disk', stack: undefined } }];
    for (const outcomes of [done, nothing, fault, []]) {
      const result = { outcomes, entries: [], times: { commitMs: 1, lockMs: null } };
      expect(unpackResult(structuredClone(packResult(result)))).toStrictEqual(result);
    }
  });
});
