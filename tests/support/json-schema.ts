import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/* Holds JSON to the schemas of a document by another validator than the server's. */

interface Document {
  readonly components: object;
}

type Schema = Readonly<Record<string, unknown>>;

// The formats of OpenAPI are descriptions (`binary`).
const ajv = new Ajv2020({ strict: false, validateFormats: false });

/**
 * Compiles a schema of a document. The validator returns what is wrong with a value; null if nothing is. Fields that the
 * schema does not have are wrong, too: what a document does not say is not sent.
 */
export function compileSchema(
  document: Document,
  schema: object,
): (value: unknown) => string | null {
  const { components } = closedDocument(document);
  const validate: ValidateFunction = ajv.compile({ ...(closed(schema) as Schema), components });
  return (value) => (validate(value) ? null : ajv.errorsText(validate.errors));
}

const closedDocuments = new WeakMap<Document, Document>();

function closedDocument(document: Document): Document {
  const known = closedDocuments.get(document) ?? (closed(document) as Document);
  closedDocuments.set(document, known);
  return known;
}

/** Allows no other properties where a schema lists some. */
function closed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(closed);
  const entries = Object.entries(value).map(([key, part]) => [key, closed(part)]);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  const isSchema = copy['type'] === 'object' && typeof copy['properties'] === 'object';
  return isSchema ? { additionalProperties: false, ...copy } : copy;
}
