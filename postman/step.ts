import type { ErrorCode } from '../src/protocol/errors.ts';

/** A folder of the collection: one subject, told from top to bottom. */
export interface Folder {
  readonly name: string;
  /** Markdown. */
  readonly description: string;
  readonly steps: readonly Step[];
}

/** The body of a request: JSON, a text of another type, or the one part of a form that uploads a file. */
export type Body =
  | { readonly json: unknown }
  | { readonly text: string; readonly type: string }
  | { readonly fileName: string; readonly content: string };

/** Who sends a request: the bearer token is `{{anaToken}}`, `{{boToken}}` …; nobody has none. */
export type Who = 'ana' | 'bo' | 'admin' | 'second' | 'metrics' | 'nobody';

/**
 * One request, and what its response must be. Texts may have `{{variables}}`; one whose name ends in `Seq` is a
 * number. What the OpenAPI document says about its route (descriptions, the fields of the response) is added to it.
 */
export interface Step {
  readonly name: string;
  /** As in the document: `GET /rooms/{roomId}`. */
  readonly route: string;
  /** What is worth knowing here, in Markdown; it comes before the description of the document. */
  readonly note?: string;
  /** Ana, where nothing is said; nobody, where the route takes no token. */
  readonly as?: Who;
  /** The parameters of the path that are not the variables of their names. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** JavaScript that runs before the request. */
  readonly before?: readonly string[];
  /** Several where the settings of the server decide. */
  readonly status: number | readonly [number, number];
  /** The error code of a refusal. */
  readonly code?: ErrorCode;
  /**
   * Promises of the response: an expression in JavaScript, where `body` is the parsed body, and its value. A value
   * may be a `{{variable}}`.
   */
  readonly tests?: Readonly<Record<string, readonly [expression: string, value: unknown]>>;
  /** The variables that later requests use, each with an expression. */
  readonly keep?: Readonly<Record<string, string>>;
  /** JavaScript that runs after all that. */
  readonly after?: readonly string[];
}
