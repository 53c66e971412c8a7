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
const validate = compileValidator(Thing);

function refusalOf(value: unknown): ChatError {
  try {
    validate(value);
  } catch (error) {
    expect(error).toBeInstanceOf(ChatError);
    return error as ChatError;
  }
  throw new Error(`${JSON.stringify(value)} was not rejected`);
}

describe('a validator', () => {
  it('returns a valid value unchanged', () => {
    const value = { name: 'abc', size: 3, parts: [{ id: 'x' }] };
    const before = structuredClone(value);
    expect(validate(value)).toBe(value);
    expect(value).toEqual(before);
  });

  it('removes optional fields that are null, and rejects required ones that are null', () => {
    const Nullable = Type.Object(
      {
        name: Type.String(),
        size: Type.Optional(Type.Unsafe<number>({ type: ['integer', 'null'] })),
        color: Type.Optional(Type.Unsafe<string>({ enum: ['red', null] })),
        parent: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
      },
      { additionalProperties: false },
    );
    const validateNullable = compileValidator(Nullable);
    const value = { name: 'ab', size: null, color: null, parent: null };
    const before = structuredClone(value);
    expect(validateNullable(value)).toStrictEqual({ name: 'ab', parent: null });
    expect(value).toEqual(before);
    const full = { name: 'ab', size: 0, color: 'red', parent: 'x' };
    expect(validateNullable(full)).toBe(full);
    expect(() => validateNullable({ ...value, name: null })).toThrow(ChatError);
    expect(() => validateNullable({ ...value, other: null })).toThrow(ChatError);
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
  ])('reports the invalid paths %j', (paths, value) => {
    const { code, details } = refusalOf(value);
    expect(code).toBe('validation_failed');
    const named = details!.map(({ path }) => path);
    expect([...new Set(named)].toSorted()).toEqual(paths.toSorted());
    for (const { message } of details!) expect(message).toMatch(/[a-z]/);
  });

  it('reports an unknown field once', () => {
    const { details } = refusalOf({ name: 'ab', other: 1 });
    expect(details).toEqual([{ path: '/other', message: 'is not a known field' }]);
  });

  it('reports which field is missing', () => {
    expect(JSON.stringify(refusalOf({}).details)).toContain('name');
  });

  it('reports at most eight errors', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field ${i}`, i]));
    const { details } = refusalOf({ name: 'ab', ...many });
    expect(details!.length).toBeGreaterThan(0);
    expect(details!.length).toBeLessThanOrEqual(8);
  });

  it('repeats nothing of the input except names of fields', () => {
    const secret = 'correct horse battery';
    const refusal = refusalOf({ name: secret, size: secret, parts: [{ id: [secret] }] });
    expect(JSON.stringify([refusal.message, refusal.details])).not.toContain(secret);
  });
});

describe('lengths', () => {
  const validateText = compileValidator(Type.String({ minLength: 2, maxLength: 3 }));
  it.each([
    ['😀😀', true],
    ['😀😀😀', true],
    ['😀', false],
    ['😀😀😀😀', false],
    ['e\u0301e\u0301', false],
    ['e\u0301', true],
    ['👨‍👩', true],
    ['👨‍👩‍👧', false],
  ])('count code points, not graphemes: %j', (text, fits) => {
    const run = () => validateText(text);
    if (fits) expect(run()).toBe(text);
    else expect(run).toThrow(ChatError);
  });
});

describe('numbersFrom', () => {
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
  ])('converts whole numbers only: %j', (query, expected) => {
    expect(numbersFrom(Query, query)).toEqual(expected);
  });

  it('returns anything but objects unchanged', () => {
    expect(numbersFrom(Query, null)).toBeNull();
    expect(numbersFrom(Type.String(), '5')).toBe('5');
  });
});
