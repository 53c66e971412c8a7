import { KeptConnection } from './kept-connection.ts';

const LIMITS = { statement: 5000 };

export interface ListenerEvents {
  /** Everything notified from now on will be received; what was notified before may be missing. */
  readonly up: () => void;
  readonly received: (channel: string, payload: string) => void;
  readonly lost: (error: unknown) => void;
}

/** The connection on which a node hears what others commit; `open` begins. */
export function listenTo(
  url: string,
  channels: readonly string[],
  { up, received, lost }: ListenerEvents,
): KeptConnection {
  return new KeptConnection(
    url,
    { limits: LIMITS, answerMs: LIMITS.statement },
    {
      setUp: async (client) => {
        client.on('notification', ({ channel, payload = '' }) => received(channel, payload));
        await client.query(channels.map((channel) => `listen ${channel}`).join('; '));
      },
      up,
      lost,
    },
  );
}
