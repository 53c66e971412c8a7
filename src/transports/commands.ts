import { isBlockedIn } from '../chat/blocks.ts';
import type { Services } from '../chat/services.ts';
import { tooManyMessage } from '../chat/services/limits.ts';
import { markRead } from '../chat/members.ts';
import { deleteMessage, editMessage, react, sendMessage } from '../chat/messages.ts';
import { compileValidator } from '../protocol/validate.ts';
import { commands, type Command, type CommandType } from '../protocol/commands.ts';
import { ChatError, errorKinds } from '../protocol/errors.ts';
import type { ServerFrame } from '../protocol/events.ts';
import type { RoomKind } from '../protocol/resources.ts';
import type { Connection } from '../realtime/connection.ts';
import { textFrame } from '../realtime/frames.ts';
import type { Auth } from './auth.ts';

export interface CommandContext {
  readonly services: Services;
  readonly auth: Auth;
  readonly connection: Connection;
  readonly roomId: string;
  /** What the frames of this socket are counted by. */
  readonly socketId: string;
  readonly kind: RoomKind;
}

const checks = Object.fromEntries(
  Object.entries(commands).map(([type, schema]) => [type, compileValidator(schema)]),
) as { [K in CommandType]: (value: unknown) => Extract<Command, { type: K }> };

const isKnown = (type: unknown): type is CommandType =>
  typeof type === 'string' && Object.hasOwn(checks, type);

/** What the answer to a frame repeats of it. */
interface EchoedFields {
  ref?: string;
  clientMsgId?: string;
}

/**
 * Counts a frame of any kind against what its socket may send; true where it may. Beyond that `refuse` is
 * told how many seconds there are to wait, and who goes on is closed.
 */
export async function countFrame(
  { services, connection, socketId }: CommandContext,
  refuse: (retryAfter: number) => void = () => {},
): Promise<boolean> {
  const verdict = await services.limits.frame(socketId);
  if (verdict === 'flooding') connection.close('flooding');
  else if (verdict) refuse(verdict.retryAfter);
  return verdict === null;
}

/** Does what a frame asks and answers it. A frame that does not fit is answered, too. */
export async function answerCommand(context: CommandContext, data: Buffer): Promise<void> {
  const isCounted = await countFrame(context, (retryAfter) => {
    const refusal = { ...tooManyFrames(retryAfter), ...namesIn(parseOrNull(data)) };
    context.connection.sendAfterReplay(textFrame(JSON.stringify(refusal)));
  });
  if (!isCounted || context.connection.closed) return;
  let names: EchoedFields = {};
  let answer: ServerFrame | null;
  try {
    const value = parse(data);
    names = namesIn(value);
    answer = await perform(context, check(value), names);
  } catch (error) {
    answer = toErrorFrame(error, names);
    if (answer.code === 'internal_error') {
      const { services, connection, roomId } = context;
      const userId = connection.peer.user.id;
      services.log.error({ err: error, roomId, userId }, 'command failed');
    }
  }
  if (answer) context.connection.sendAfterReplay(textFrame(JSON.stringify(answer)));
}

const isName = (name: unknown): name is string => typeof name === 'string' && name.length <= 128;

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

function check(value: unknown): Command {
  const { type } = Object(value) as { type?: unknown };
  if (isKnown(type)) return checks[type](value);
  const message = `must be one of ${Object.keys(commands).join(', ')}`;
  throw new ChatError('validation_failed', { details: [{ path: '/type', message }] });
}

/** What an answer repeats, so that the client can tell what it answers: also if nothing else fits. */
function namesIn(value: unknown): EchoedFields {
  const { ref, clientMsgId } = Object(value) as { ref?: unknown; clientMsgId?: unknown };
  const names: EchoedFields = {};
  if (isName(ref)) names.ref = ref;
  if (isName(clientMsgId)) names.clientMsgId = clientMsgId;
  return names;
}

async function perform(
  { services, auth, connection, roomId, kind }: CommandContext,
  command: Command,
  names: EchoedFields,
): Promise<ServerFrame | null> {
  if (services.isStopping()) throw new ChatError('shutting_down');
  switch (command.type) {
    case 'send':
      return ack(await sendMessage(services, connection.peer, roomId, command), names);
    case 'edit': {
      const { seq, text } = command;
      return ack(await editMessage(services, connection.peer, roomId, seq, text), names);
    }
    case 'delete':
      return ack(await deleteMessage(services, connection.peer, roomId, command.seq), names);
    case 'react':
    case 'unreact': {
      const { seq, emoji } = command;
      const reaction = { seq, emoji, add: command.type === 'react' };
      return ack(await react(services, connection.peer, roomId, reaction), names);
    }
    case 'read': {
      const marker = await markRead(services, connection.peer, roomId, command.seq, connection);
      return { type: 'ack', ...marker, ...names };
    }
    case 'typing': {
      const { user } = connection.peer;
      const isNews = await services.limits.typing(roomId, user.id);
      if (!isNews || (await isBlockedIn(services, connection.peer, { id: roomId, kind })))
        return null;
      if (!connection.closed) services.manager.broadcast({ type: 'typing', roomId, user });
      return null;
    }
    case 'ping':
      return { type: 'pong', ...names };
    case 'auth': {
      const viewer = await auth.viewerOf(command.token);
      if (viewer.user.id !== connection.peer.user.id) {
        throw new ChatError('forbidden', { message: 'This token is another account’s' });
      }
      if (!services.manager.adoptToken(connection, viewer)) throw new ChatError('session_revoked');
      return { type: 'ack', expiresAt: new Date(viewer.expiresAt).toISOString(), ...names };
    }
  }
}

function ack(
  { seq, duplicate }: { seq: number; duplicate: boolean },
  names: EchoedFields,
): ServerFrame {
  return { type: 'ack', seq, ...names, ...(duplicate && { duplicate }) };
}

function toErrorFrame(error: unknown, names: EchoedFields) {
  const known = error instanceof ChatError ? error : new ChatError('internal_error');
  const { retryable } = errorKinds[known.code];
  // A frame has no place for details: the first of them says what to mend.
  const [first] = known.details ?? [];
  const message = first ? `${first.path || 'The frame'} ${first.message}` : known.message;
  const { code, retryAfter } = known;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return { type: 'error', code, message, retryable, ...wait, ...names } as const;
}

/** Made without an error, and so without a stack: whoever floods gets many of them. */
const tooManyFrames = (retryAfter: number) =>
  ({
    type: 'error',
    code: 'rate_limited',
    message: tooManyMessage('frames', retryAfter),
    retryable: true,
    retryAfter,
  }) as const;
