import type { Services } from '../chat/services.ts';
import { tooManyMessage } from '../chat/services/limits.ts';
import { markRead } from '../chat/members.ts';
import { deleteMessage, editMessage, react, sendMessage } from '../chat/messages.ts';
import { tellTyping } from '../chat/typing.ts';
import { compileValidator } from '../protocol/validate.ts';
import { commands, type Command, type CommandType } from '../protocol/socket-commands.ts';
import { ChatError, errorKinds } from '../protocol/errors.ts';
import type { ServerFrame } from '../protocol/frames.ts';
import type { RoomKind } from '../protocol/resources.ts';
import { expiryTime } from '../store/mapping/time.ts';
import type { Connection } from '../realtime/connection.ts';
import { textFrame } from '../realtime/frames.ts';
import type { Auth } from './auth.ts';
import type { TransportCounts } from './counts.ts';

export interface CommandContext {
  readonly services: Services;
  readonly auth: Auth;
  readonly counts: TransportCounts;
  readonly connection: Connection;
  readonly roomId: string;
  /** The key by which the frames of this socket are counted. */
  readonly socketId: string;
  readonly kind: RoomKind;
}

const validators = Object.fromEntries(
  Object.entries(commands).map(([type, schema]) => [type, compileValidator(schema)]),
) as { [K in CommandType]: (value: unknown) => Extract<Command, { type: K }> };

const isKnown = (type: unknown): type is CommandType =>
  typeof type === 'string' && Object.hasOwn(validators, type);

/** The fields of a frame that its response repeats, so that the client can tell which frame it belongs to. */
interface EchoedFields {
  ref?: string;
  clientMsgId?: string;
}

/**
 * Counts a frame of any kind against the limit of its socket. Returns whether the socket may send it. Otherwise
 * calls `onLimited` with the seconds to wait, or closes the socket if it floods.
 */
export async function countFrame(
  { services, connection, socketId }: CommandContext,
  onLimited: (retryAfter: number) => void = () => {},
): Promise<boolean> {
  const verdict = await services.limits.frame(socketId, connection.peer.user.id);
  if (verdict === 'flooding') connection.close('flooding');
  else if (verdict) onLimited(verdict.retryAfter);
  return verdict === null;
}

/**
 * Performs the command in a frame and sends the response: an ack, a pong, or an error frame. Closes the socket where the
 * outcome is not known.
 */
export async function handleCommand(context: CommandContext, data: Buffer): Promise<void> {
  const arrivedAt = performance.now();
  const { counts } = context;
  const isCounted = await countFrame(context, (retryAfter) => {
    respond(context, { ...tooManyFrames(retryAfter), ...echoedFields(parseOrNull(data)) });
  });
  if (!isCounted || context.connection.closed) return;
  let echo: EchoedFields = {};
  let response: ServerFrame | null;
  try {
    const value = parse(data);
    echo = echoedFields(value);
    const command = validate(value);
    counts.commands[command.type] += 1;
    response = await perform(context, command, echo);
    if (response?.type === 'ack' && 'seq' in response) {
      counts.ackSeconds.add((performance.now() - arrivedAt) / 1000);
    }
  } catch (error) {
    // Neither an ack nor an error would be true. The client comes back, and its repeat settles it.
    if (error instanceof ChatError && error.isUnknown) {
      return context.connection.close('overloaded');
    }
    response = toErrorFrame(error, echo);
    if (response.code === 'internal_error') {
      const { services, connection, roomId } = context;
      const userId = connection.peer.user.id;
      services.log.error({ err: error, roomId, userId }, 'command failed');
    }
  }
  if (response) respond(context, response);
}

function respond({ connection, counts }: CommandContext, response: ServerFrame): void {
  if (response.type === 'error') counts.refusals.websocket[response.code] += 1;
  connection.sendAfterReplay(textFrame(JSON.stringify(response)));
}

function parse(data: Buffer): unknown {
  const value = parseOrNull(data);
  if (value !== null) return value;
  throw new ChatError('validation_failed', { message: 'A frame must be one JSON object' });
}

function parseOrNull(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString());
  } catch {
    return null;
  }
}

function validate(value: unknown): Command {
  const { type } = Object(value) as { type?: unknown };
  if (isKnown(type)) return validators[type](value);
  const message = `must be one of ${Object.keys(commands).join(', ')}`;
  throw new ChatError('validation_failed', { details: [{ path: '/type', message }] });
}

const isEchoable = (field: unknown): field is string =>
  typeof field === 'string' && field.length <= 128;

/** Reads the fields to repeat, even if nothing else of the frame is valid. */
function echoedFields(value: unknown): EchoedFields {
  const { ref, clientMsgId } = Object(value) as { ref?: unknown; clientMsgId?: unknown };
  const echo: EchoedFields = {};
  if (isEchoable(ref)) echo.ref = ref;
  if (isEchoable(clientMsgId)) echo.clientMsgId = clientMsgId;
  return echo;
}

async function perform(
  { services, auth, connection, roomId, kind }: CommandContext,
  command: Command,
  echo: EchoedFields,
): Promise<ServerFrame | null> {
  if (services.isStopping()) throw new ChatError('shutting_down');
  switch (command.type) {
    case 'send':
      return ack(await sendMessage(services, connection.peer, roomId, command), echo);
    case 'edit': {
      const { seq, text } = command;
      return ack(await editMessage(services, connection.peer, roomId, seq, text), echo);
    }
    case 'delete':
      return ack(await deleteMessage(services, connection.peer, roomId, command.seq), echo);
    case 'react':
    case 'unreact': {
      const { seq, emoji } = command;
      const reaction = { seq, emoji, add: command.type === 'react' };
      return ack(await react(services, connection.peer, roomId, reaction), echo);
    }
    case 'read': {
      const marker = await markRead(services, connection.peer, roomId, command.seq, connection);
      return { type: 'ack', ...marker, ...echo };
    }
    case 'typing': {
      await tellTyping(services, connection, { id: roomId, kind });
      return null;
    }
    case 'ping':
      return { type: 'pong', ...echo };
    case 'auth': {
      const viewer = await auth.viewerOf(command.token);
      if (viewer.user.id !== connection.peer.user.id) {
        throw new ChatError('forbidden', { message: 'This token belongs to another account' });
      }
      if (!services.manager.adoptToken(connection, viewer)) throw new ChatError('session_revoked');
      return { type: 'ack', expiresAt: expiryTime(viewer.expiresAt), ...echo };
    }
  }
}

function ack(
  { seq, duplicate }: { seq: number; duplicate: boolean },
  echo: EchoedFields,
): ServerFrame {
  return { type: 'ack', seq, ...echo, ...(duplicate && { duplicate }) };
}

function toErrorFrame(error: unknown, echo: EchoedFields) {
  const known = error instanceof ChatError ? error : new ChatError('internal_error');
  const { retryable } = errorKinds[known.code];
  // An error frame has no `details`, so its message has the first of them.
  const [first] = known.details ?? [];
  const message = first ? `${first.path || 'The frame'} ${first.message}` : known.message;
  const { code, retryAfter } = known;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return { type: 'error', code, message, retryable, ...wait, ...echo } as const;
}

/** Made without an Error object, since a flooding client gets many of these. */
const tooManyFrames = (retryAfter: number) =>
  ({
    type: 'error',
    code: 'rate_limited',
    message: tooManyMessage('frames', retryAfter),
    retryable: true,
    retryAfter,
  }) as const;
