import type { FastifyInstance } from 'fastify';
import { Type, type TSchema } from 'typebox';
import { compileValidator, numbersFrom } from '../protocol/validate.ts';
import { errorKinds, type ErrorCode } from '../protocol/errors.ts';
import { durableEvents } from '../protocol/events.ts';
import { idOf } from '../protocol/schema-ref.ts';
import { FileLink } from '../protocol/files.ts';
import { Invite, InvitePreview } from '../protocol/invites.ts';
import { NewOutgoingHook, OutgoingHook } from '../protocol/hooks.ts';
import { PushKey } from '../protocol/push.ts';
import * as administration from '../protocol/administration.ts';
import { ApiToken, Bot, NewApiToken, NewBot } from '../protocol/bots.ts';
import { IncomingHook, NewIncomingHook } from '../protocol/incoming-hooks.ts';
import * as resources from '../protocol/resources.ts';
import * as serverLists from '../protocol/server-lists.ts';
import { SearchResult } from '../protocol/search.ts';
import { ErrorBody } from './errors.ts';
import { registerSerializers } from './serializers.ts';

const shared = [
  resources.User,
  resources.Me,
  resources.UpdatedMe,
  administration.AdminUser,
  administration.AdminSession,
  administration.ResetLink,
  administration.AdminUserEntry,
  administration.RoomSize,
  administration.AuditEntry,
  administration.ServerStats,
  resources.Author,
  resources.Session,
  resources.SessionInfo,
  resources.Ticket,
  resources.RoomSummary,
  resources.Room,
  resources.Member,
  Invite,
  InvitePreview,
  PushKey,
  NewOutgoingHook,
  OutgoingHook,
  resources.FileInfo,
  FileLink,
  resources.Message,
  SearchResult,
  ApiToken,
  NewApiToken,
  Bot,
  NewBot,
  IncomingHook,
  NewIncomingHook,
  serverLists.AdminOutgoingHook,
  serverLists.AdminIncomingHook,
  serverLists.AdminInvite,
  ...Object.values(durableEvents),
  ErrorBody,
];

/** Registers the shared schemas, the validator of every body, query and path, and the serializer of every response. */
export function registerSchemas(app: FastifyInstance): void {
  for (const schema of shared) app.addSchema(schema);
  registerSerializers(app, shared);
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => validatorOf(schema, httpPart));
}

/** The validator of a part of a request. */
export function validatorOf(schema: TSchema, httpPart: string | undefined) {
  const validate = compileValidator(schema);
  return (value: unknown): { value: unknown } | { error: Error } => {
    try {
      return { value: validate(httpPart === 'body' ? value : numbersFrom(schema, value)) };
    } catch (error) {
      return { error: error as Error };
    }
  };
}

/** A response with its description. */
export function response<T extends TSchema>(description: string, schema: T): T {
  return { ...schema, description };
}

/** A response without a body. */
export const noContent = (description: string) => ({ ...Type.Null(), description });

/** Where the response of a refusal keeps its codes, for the OpenAPI document. */
const CODES = 'x-codes';

/**
 * The refusals of a route, by status. One status may have several codes. The OpenAPI document adds those that any
 * route may send (`rate_limited`, `unavailable` …).
 */
export function refusals(...codes: ErrorCode[]) {
  const byStatus: Record<number, { $ref: string; [CODES]: ErrorCode[] }> = {};
  for (const code of codes) {
    const { status } = errorKinds[code];
    const others = byStatus[status]?.[CODES] ?? [];
    byStatus[status] = { $ref: idOf(ErrorBody), [CODES]: [...others, code] };
  }
  return byStatus;
}

/** The codes of a response; none where it is no refusal. */
export const refusedWith = (refusal: object): readonly ErrorCode[] =>
  (refusal as { [CODES]?: readonly ErrorCode[] })[CODES] ?? [];

/** The refusals of every route that requires a token. */
export const authErrors = [
  'token_missing',
  'token_invalid',
  'token_expired',
  'session_revoked',
] as const;

/** For the OpenAPI document: `Authorization: Bearer <token>`. */
export const bearerSecurity = [{ bearer: [] }];
