import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { ChatError, type ErrorDetail } from './errors.ts';

/**
 * Returns the value, typed, without the optional fields that are null; throws `validation_failed` with what does
 * not fit and where.
 */
export type Check<T extends TSchema> = (value: unknown) => Static<T>;

/** Compiles a schema once. Every door checks what comes in by this one function. */
export function compileValidator<T extends TSchema>(schema: T): Check<T> {
  const validator = Compile(schema);
  const optional = optionalNames(schema);
  return (value) => {
    if (validator.Check(value)) return withoutNulls(optional, value);
    throw new ChatError('validation_failed', { details: describe(validator.Errors(value)) });
  };
}

function optionalNames(schema: TSchema): string[] {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, unknown>;
    required?: readonly string[];
  };
  return Object.keys(properties).filter((name) => !required.includes(name));
}

/** An optional field that is null means the same as one that is left out, so that nobody has to tell them apart. */
function withoutNulls<T>(optional: readonly string[], value: T): T {
  const fields = Object(value) as Record<string, unknown>;
  if (!optional.some((name) => fields[name] === null)) return value;
  const kept = Object.entries(fields).filter(
    ([name, one]) => one !== null || !optional.includes(name),
  );
  return Object.fromEntries(kept) as T;
}

type Found = ReturnType<ReturnType<typeof Compile>['Errors']>;

/** TypeBox stops at eight errors, so that a bad body cannot make a long answer. */
function describe(errors: Found): ErrorDetail[] {
  const details: ErrorDetail[] = [];
  for (const error of errors) {
    // An unknown field is reported twice; the report that names it at its own place is the better.
    if (error.keyword === 'additionalProperties') continue;
    details.push({
      path: error.instancePath,
      message: error.keyword === 'boolean' ? 'is not a known field' : error.message,
    });
  }
  return details;
}

/** A whole number as JSON would write it. */
const WHOLE_NUMBER = /^(?:0|[1-9]\d*)$/;

/**
 * Queries and paths are all text. Turns into numbers what a schema wants as whole numbers, where
 * the text is one that JavaScript can tell from its neighbours; the rest stays as it is, for the check to refuse.
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
