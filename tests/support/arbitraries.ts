import fc from 'fast-check';

/* Random values from JSON schemas, as fast-check makes them. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

/** Values that a schema accepts. Examples are among them, since few random values are an email. */
export function valid(schema: Schema): fc.Arbitrary<unknown> {
  const { examples = [] } = schema;
  const known = examples.map((value) => fc.constant(value));
  return fc.oneof(...known, ...made(schema));
}

function made(schema: Schema): fc.Arbitrary<unknown>[] {
  if ('const' in schema) return [fc.constant(schema.const)];
  if (schema.enum) return [fc.constantFrom(...schema.enum)];
  return [schema.type ?? 'null'].flat().map((type) => ofType(type, schema));
}

function ofType(type: string, schema: Schema): fc.Arbitrary<unknown> {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER, items = {}, maxItems = 5 } = schema;
  switch (type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.oneof(fc.integer({ min: minimum, max: minimum + 50 }), fc.constant(maximum));
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valid(items), { maxLength: Math.min(maxItems, 5) });
    case 'object':
      return object(schema);
    default:
      return fc.constant(null);
  }
}

function text({ pattern, minLength = 0, maxLength = 50 }: Schema): fc.Arbitrary<string> {
  const lengths = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 50)) };
  if (pattern === undefined) return fc.string({ ...lengths, unit: 'grapheme' });
  const fits = new RegExp(pattern, 'u');
  const isOpen = fits.test('x'.repeat(Math.max(1, minLength)));
  return isOpen
    ? fc.string({ ...lengths, unit: 'grapheme' }).filter((one) => fits.test(one))
    : fc.stringMatching(fits);
}

function object({
  properties = {},
  required = [],
  additionalProperties,
}: Schema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, part]) => [name, valid(part)] as const);
  const model = Object.fromEntries(fields);
  const known = fc.record(model, { requiredKeys: [...required] });
  if (typeof additionalProperties !== 'object') return known;
  return fc.dictionary(fc.string({ minLength: 1, maxLength: 16 }), valid(additionalProperties), {
    maxKeys: 3,
  });
}

/** What a field never is, or is only by luck. */
const odd = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  1.5,
  1e300,
  '',
  ' ',
  '\u0000',
  '\u202E',
  'x'.repeat(5000),
  [],
  {},
  ['x'],
  { x: 1 },
);

/** Objects that a schema accepts, but for one field: left out, unknown, or of another kind. */
export function nearlyValid(schema: Schema): fc.Arbitrary<unknown> {
  const names = Object.keys(schema.properties ?? {});
  const field = fc.constantFrom(...names, 'unknown', '__proto__');
  return fc
    .tuple(valid(schema), field, fc.oneof(odd, fc.constant(undefined)))
    .map(([value, name, other]) => {
      const entries = Object.entries(Object(value) as object).filter(([key]) => key !== name);
      if (other !== undefined) entries.push([name, other]);
      return Object.fromEntries(entries) as unknown;
    });
}
