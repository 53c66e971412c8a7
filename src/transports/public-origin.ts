import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';

/**
 * Where people open this server: PUBLIC_URL, or the origin that a request was sent to, for links. The latter is what the
 * client, or a trusted proxy, says it is; it is '' for HTTP/1.0, which has no Host.
 */
export const publicOrigin = (
  { protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>,
  { publicUrl }: Pick<Config, 'publicUrl'>,
): string => publicUrl ?? (host === '' ? '' : `${protocol}://${host}`);
