import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { compileValidator, numbersFrom } from '../../src/protocol/validate.ts';
import { ChatError } from '../../src/protocol/errors.ts';

const Thing = Type.Object(
  {
    name: Type.String({ minLength: 2, maxLength: 3 }),
    size: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    parts: Type.Optional(Type.Array(Type.Object({ id: Type.String() }))),
  },
  { additionalProperties: false },
);
const check = compileValidator(Thing);

function refusalOf(value: unknown): ChatError {
  try {
    check(value);
  } catch (error) {
    expect(error).toBeInstanceOf(ChatError);
    return error as ChatError;
  }
  throw new Error(`${JSON.stringify(value)} was not refused`);
}

describe('a check', () => {
  it('answers what fits as it is', () => {
    const value = { name: 'abc', size: 3, parts: [{ id: 'x' }] };
    const before = structuredClone(value);
    expect(check(value)).toBe(value);
    expect(value).toEqual(before);
  });

  it('leaves optional fields that are null out, and tells required ones that they are missing', () => {
    const Nullable = Type.Object(
      {
        name: Type.String(),
        size: Type.Optional(Type.Unsafe<number>({ type: ['integer', 'null'] })),
        color: Type.Optional(Type.Unsafe<string>({ enum: ['red', null] })),
        parent: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
      },
      { additionalProperties: false },
    );
    const checkNullable = compileValidator(Nullable);
    const value = { name: 'ab', size: null, color: null, parent: null };
    const before = structuredClone(value);
    expect(checkNullable(value)).toStrictEqual({ name: 'ab', parent: null });
    expect(value).toEqual(before);
    const full = { name: 'ab', size: 0, color: 'red', parent: 'x' };
    expect(checkNullable(full)).toBe(full);
    expect(() => checkNullable({ ...value, name: null })).toThrow(ChatError);
    expect(() => checkNullable({ ...value, other: null })).toThrow(ChatError);
  });

  it.each<[paths: string[], value: unknown]>([
    [['/size'], { name: 'ab', size: null }],
    [['/name'], { name: 5 }],
    [['/name'], { name: 'a' }],
    [['/name'], { name: 'abcd' }],
    [['/size'], { name: 'ab', size: 0 }],
    [['/size'], { name: 'ab', size: '5' }],
    [['/size'], { name: 'ab', size: 1.5 }],
    [['/size'], { name: 'ab', size: Number.NaN }],
    [['/parts'], { name: 'ab', parts: {} }],
    [['/parts/1/id'], { name: 'ab', parts: [{ id: 'x' }, { id: 7 }] }],
    [['/name', '/size'], { name: '', size: 10 }],
    [['/other'], { name: 'ab', other: 1 }],
    [['/__proto__'], JSON.parse('{"name":"ab","__proto__":1}')],
    [['/constructor'], { name: 'ab', constructor: 1 }],
    [['/a~1b~0c'], { name: 'ab', 'a/b~c': 1 }],
    [['/'], { name: 'ab', '': 1 }],
    [[''], null],
    [[''], undefined],
    [[''], 'text'],
    [[''], []],
  ])('names %j where that does not fit', (paths, value) => {
    const { code, details } = refusalOf(value);
    expect(code).toBe('validation_failed');
    const named = details!.map(({ path }) => path);
    expect([...new Set(named)].toSorted()).toEqual(paths.toSorted());
    for (const { message } of details!) expect(message).toMatch(/[a-z]/);
  });

  it('says of an unknown field once that it is not known', () => {
    const { details } = refusalOf({ name: 'ab', other: 1 });
    expect(details).toEqual([{ path: '/other', message: 'is not a known field' }]);
  });

  it('says which field is missing', () => {
    expect(JSON.stringify(refusalOf({}).details)).toContain('name');
  });

  it('says no more than a person would read', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field ${i}`, i]));
    const { details } = refusalOf({ name: 'ab', ...many });
    expect(details!.length).toBeGreaterThan(0);
    expect(details!.length).toBeLessThanOrEqual(8);
  });

  it('repeats nothing of what was sent but the names of fields', () => {
    const secret = 'correct horse battery';
    const refusal = refusalOf({ name: secret, size: secret, parts: [{ id: [secret] }] });
    expect(JSON.stringify([refusal.message, refusal.details])).not.toContain(secret);
  });
});

describe('lengths', () => {
  const checkText = compileValidator(Type.String({ minLength: 2, maxLength: 3 }));
  it.each([
    ['😀😀', true],
    ['😀😀😀', true],
    ['😀', false],
    ['😀😀😀😀', false],
    ['e\u0301e\u0301', false],
    ['e\u0301', true],
    ['👨‍👩', true],
    ['👨‍👩‍👧', false],
  ])('count code points, not what they look like: %j', (text, fits) => {
    const act = () => checkText(text);
    if (fits) expect(act()).toBe(text);
    else expect(act).toThrow(ChatError);
  });
});

describe('numbers from a query', () => {
  const Query = Type.Object({
    limit: Type.Optional(Type.Integer()),
    text: Type.Optional(Type.String()),
  });
  it.each([
    [{ limit: '5' }, { limit: 5 }],
    [{ limit: '0' }, { limit: 0 }],
    [{ limit: '999999999999999' }, { limit: 999_999_999_999_999 }],
    [{ limit: '1000000000000000' }, { limit: 1_000_000_000_000_000 }],
    [{ limit: '9007199254740991' }, { limit: Number.MAX_SAFE_INTEGER }],
    [{ limit: '05' }, { limit: '05' }],
    [{ limit: '00' }, { limit: '00' }],
    [{ limit: '-0' }, { limit: '-0' }],
    [{ limit: '5.' }, { limit: '5.' }],
    [{ limit: '5n' }, { limit: '5n' }],
    [{ limit: '5_0' }, { limit: '5_0' }],
    [{ limit: 'Infinity' }, { limit: 'Infinity' }],
    [{ limit: '9007199254740992' }, { limit: '9007199254740992' }],
    [{ limit: '9'.repeat(400) }, { limit: '9'.repeat(400) }],
    [{ text: '5' }, { text: '5' }],
    [{ other: '5' }, { other: '5' }],
    [{ limit: '' }, { limit: '' }],
    [{ limit: ' 5' }, { limit: ' 5' }],
    [{ limit: '+5' }, { limit: '+5' }],
    [{ limit: '-5' }, { limit: '-5' }],
    [{ limit: '5.0' }, { limit: '5.0' }],
    [{ limit: '5e1' }, { limit: '5e1' }],
    [{ limit: '0x5' }, { limit: '0x5' }],
    [{ limit: '٥' }, { limit: '٥' }],
    [{ limit: '9007199254740993' }, { limit: '9007199254740993' }],
    [{ limit: ['5', '6'] }, { limit: ['5', '6'] }],
  ])('are made of whole numbers alone: %j', (query, expected) => {
    expect(numbersFrom(Query, query)).toEqual(expected);
  });

  it('leave what is no object alone', () => {
    expect(numbersFrom(Query, null)).toBeNull();
    expect(numbersFrom(Type.String(), '5')).toBe('5');
  });
});
