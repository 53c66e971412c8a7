/* What the collection takes from the OpenAPI document. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

interface Parameter {
  readonly name: string;
  readonly description?: string;
}

export interface Operation {
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
}

/** Returns the operation of a route such as `GET /rooms/{roomId}`; throws where the document has none. */
export function operationOf({ paths }: OpenApi, route: string): Operation {
  const [method = '', path = ''] = route.split(' ');
  const operation = paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`docs/openapi.json has no ${route}`);
  return operation;
}

/** Returns the schema of a JSON response; undefined where its body is not JSON, or where it has none. */
export function schemaOf(
  document: OpenApi,
  operation: Operation,
  status: number,
): Schema | undefined {
  const response = operation.responses[String(status)];
  if (!response) throw new Error(`docs/openapi.json does not have the status ${status} there`);
  const { schemas, responses } = document.components;
  const { content } = response.$ref ? responses[nameIn(response.$ref)]! : response;
  const schema = content?.['application/json']?.schema;
  return schema?.$ref ? schemas[nameIn(schema.$ref)] : schema;
}

const nameIn = ($ref: string) => $ref.split('/').at(-1)!;
