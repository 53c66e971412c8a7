import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { ChatError, type ErrorDetail } from './errors.ts';

/** Answers the value itself, typed; throws `validation_failed` with what does not fit and where. */
export type Check<T extends TSchema> = (value: unknown) => Static<T>;

/** Compiles a schema once. Every door checks what comes in by this one function. */
export function compileCheck<T extends TSchema>(schema: T): Check<T> {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return value;
    throw new ChatError('validation_failed', { details: describe(validator.Errors(value)) });
  };
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

/**
 * Queries and paths are all text. Turns into numbers what a schema wants as whole numbers, where
 * the text is one; the rest stays as it is, for the check to refuse.
 */
export function numbersFrom(schema: TSchema, value: unknown): unknown {
  const properties = (schema as { properties?: Record<string, { type?: unknown }> }).properties;
  if (!properties || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, text]: [string, unknown]) => {
    const isNumber =
      properties[name]?.type === 'integer' && typeof text === 'string' && /^\d{1,15}$/.test(text);
    return [name, isNumber ? Number(text) : text];
  });
  return Object.fromEntries(entries) as unknown;
}
