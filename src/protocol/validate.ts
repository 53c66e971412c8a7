import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { ChatError, type ErrorDetail } from './errors.ts';

/** Returns the value, typed, without optional fields that are null. Throws `validation_failed` with the details. */
export type Validator<T extends TSchema> = (value: unknown) => Static<T>;

/** Makes the validator of a schema, which its first use compiles. Every transport validates its input with this. */
export function compileValidator<T extends TSchema>(schema: T): Validator<T> {
  const compile = () => Compile(schema);
  let validator: ReturnType<typeof compile> | undefined;
  const optional = optionalNames(schema);
  return (value) => {
    const compiled = (validator ??= compile());
    if (compiled.Check(value)) return withoutNulls(optional, value);
    throw new ChatError('validation_failed', { details: describe(compiled.Errors(value)) });
  };
}

function optionalNames(schema: TSchema): string[] {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, unknown>;
    required?: readonly string[];
  };
  return Object.keys(properties).filter((name) => !required.includes(name));
}

/** Removes optional fields that are null: null means the same as omitted, so no caller needs to tell them apart. */
function withoutNulls<T>(optional: readonly string[], value: T): T {
  const fields = Object(value) as Record<string, unknown>;
  if (!optional.some((name) => fields[name] === null)) return value;
  const kept = Object.entries(fields).filter(
    ([name, one]) => one !== null || !optional.includes(name),
  );
  return Object.fromEntries(kept) as T;
}

type ValidationErrors = ReturnType<ReturnType<typeof Compile>['Errors']>;

/** TypeBox stops at eight errors, so an invalid body cannot cause a long response. */
function describe(errors: ValidationErrors): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  for (const error of errors) {
    // An unknown field is reported twice. The other report has the path of the field itself.
    if (error.keyword === 'additionalProperties') continue;
    details.push({
      path: error.instancePath,
      message: error.keyword === 'boolean' ? 'is not a known field' : error.message,
    });
  }
  return details;
}

/** A whole number as JSON writes it. */
const WHOLE_NUMBER = /^(?:0|[1-9]\d*)$/;

/**
 * Converts the text of queries and paths into numbers where the schema has integers. Text that is not a safe integer
 * stays as it is, so the validator rejects it.
 */
export function numbersFrom(schema: TSchema, value: unknown): unknown {
  const properties = (schema as { properties?: Record<string, { type?: unknown }> }).properties;
  if (!properties || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, text]: [string, unknown]) => {
    const isNumber =
      properties[name]?.type === 'integer' && typeof text === 'string' && WHOLE_NUMBER.test(text);
    return [name, isNumber && Number.isSafeInteger(Number(text)) ? Number(text) : text];
  });
  return Object.fromEntries(entries) as unknown;
}
