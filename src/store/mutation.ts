import type { ChatError, ErrorCode, ErrorDetail } from '../protocol/errors.ts';
import type { Tx } from './transaction.ts';

/**
 * One change of the database: it checks the rules and writes, inside a transaction. It throws a ChatError to
 * reject. The mutations of a group share a transaction and one wait for the disk, but not their fate: what a
 * mutation wrote before it failed is undone alone.
 */
export type Mutation = (tx: Tx, input: never) => Promise<unknown>;

/**
 * A mutation that takes a run of inputs at once. It returns one result per input, in their order; a ChatError
 * in the place of a result rejects that input alone.
 */
export interface BulkMutation {
  readonly bulk: (tx: Tx, inputs: never[]) => Promise<unknown[]>;
}

/** Mutations by name. The name and the input cross threads; the function does not. */
export type Mutations = Readonly<Record<string, Mutation | BulkMutation>>;

export type InputOf<M extends Mutation | BulkMutation> = M extends (
  tx: Tx,
  input: infer I,
) => unknown
  ? I
  : M extends { bulk: (tx: Tx, inputs: (infer I)[]) => unknown }
    ? I
    : never;

export type OutputOf<M extends Mutation | BulkMutation> = M extends (
  tx: Tx,
  input: never,
) => Promise<infer O>
  ? O
  : M extends { bulk: (tx: Tx, inputs: never[]) => Promise<(infer O)[]> }
    ? Exclude<O, ChatError>
    : never;

/** A request to run a mutation. */
export interface Job {
  readonly mutation: string;
  readonly input: unknown;
}

/** How a job ended, in a form that can cross threads. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly refusal: Refusal }
  | { readonly fault: { readonly message: string; readonly stack: string | undefined } };

export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfter: number | undefined;
  readonly isUnknown: boolean;
}
