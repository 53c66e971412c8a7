import { STATUS_CODES } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Type, type TSchema } from 'typebox';
import { compileValidator, numbersFrom } from '../protocol/validate.ts';
import { errorKinds, type ErrorCode } from '../protocol/errors.ts';
import { idOf } from '../protocol/schema-ref.ts';
import * as resources from '../protocol/resources.ts';
import { ErrorBody } from './errors.ts';

const shared = [
  resources.User,
  resources.Me,
  resources.UpdatedMe,
  resources.AdminUser,
  resources.Author,
  resources.Session,
  resources.SessionInfo,
  resources.Ticket,
  resources.RoomSummary,
  resources.Room,
  resources.Member,
  resources.Message,
  resources.SearchResult,
  ErrorBody,
];

/** Registers the shared schemas, and the one check that every body, query and path goes through. */
export function registerSchemas(app: FastifyInstance): void {
  for (const schema of shared) app.addSchema(schema);
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const check = compileValidator(schema);
    return (value: unknown) => {
      try {
        return { value: check(httpPart === 'body' ? value : numbersFrom(schema, value)) };
      } catch (error) {
        return { error: error as Error };
      }
    };
  });
}

/** An answer, with what it means. */
export function answer<T extends TSchema>(description: string, schema: T): T {
  return { ...schema, description };
}

/** An answer without a body. */
export const nothing = (description: string) => ({ ...Type.Null(), description });

/** The refusals that a route may answer with, by status; one status may stand for several codes. */
export function refusals(...codes: ErrorCode[]) {
  const byStatus: Record<number, { description: string; $ref: string }> = {};
  for (const code of codes) {
    const { status } = errorKinds[code];
    const said = byStatus[status]?.description;
    byStatus[status] = {
      $ref: idOf(ErrorBody),
      description: said ? `${said}, \`${code}\`` : `${STATUS_CODES[status]}: \`${code}\``,
    };
  }
  return byStatus;
}

/** What a route that needs a token may answer with. */
export const signedOut = [
  'token_missing',
  'token_invalid',
  'token_expired',
  'session_revoked',
] as const;

/** Named in the OpenAPI document: `Authorization: Bearer <token>`. */
export const bearerSecurity = [{ bearer: [] }];
