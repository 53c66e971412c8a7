import type { Registry } from 'prom-client';
import { refusalsOf } from '../../chat/services/limits-hit.ts';
import { closeKinds, type CloseReason } from '../../protocol/errors.ts';
import type { Sources } from './registry.ts';
import { addMetric, byLabel, ofHistogram, type Sample } from './samples.ts';

/** What goes in and out: connections, commands, deliveries, requests, refusals, files. */
export function addTrafficMetrics(registry: Registry, { services, counts }: Sources): void {
  const { manager, transfers } = services;
  const { traffic } = manager;
  const counter = (name: string, help: string, read: () => Iterable<Sample>) =>
    addMetric(registry, { type: 'counter', name, help }, read);
  const gauge = (name: string, help: string, read: () => Iterable<Sample>) =>
    addMetric(registry, { type: 'gauge', name, help }, read);
  const histogram = (name: string, help: string, read: (name: string) => Iterable<Sample>) =>
    addMetric(registry, { type: 'histogram', name, help }, () => read(name));

  gauge('charla_connections', 'Open sockets and streams', () => {
    const { sockets, streams } = manager.counts;
    return byLabel('kind', { websocket: sockets, sse: streams });
  });
  gauge('charla_rooms_open', 'Rooms that somebody reads on this node', () => [
    [manager.counts.rooms],
  ]);
  gauge('charla_unread_bytes', 'Bytes that peers have not read yet', () => [[traffic.unreadBytes]]);
  counter('charla_connections_closed_total', 'Connections that this node has closed', () =>
    Object.entries(traffic.closed).map(([reason, value]) => {
      return [value, { reason, code: String(closeKinds[reason as CloseReason].code) }];
    }),
  );
  histogram('charla_replay_events', 'Events sent to a connection before it was live', (name) =>
    ofHistogram(name, traffic.replayed),
  );
  counter('charla_commands_total', 'Valid commands over sockets', () =>
    byLabel('command', counts.commands),
  );
  histogram('charla_ack_duration_seconds', 'From the arrival of a write until its ack', (name) =>
    ofHistogram(name, counts.ackSeconds),
  );
  counter('charla_deliveries_total', 'Live events, once for each connection', () =>
    byLabel('kind', traffic.delivered),
  );
  counter('charla_connection_writes_total', 'Writes to sockets and streams', () => [
    [traffic.writes],
  ]);
  histogram(
    'charla_delivery_duration_seconds',
    'From the news of a commit until all its frames are with their sockets',
    (name) => ofHistogram(name, traffic.deliverySeconds),
  );
  counter('charla_http_requests_total', 'HTTP responses that were sent to their end', () =>
    Array.from(counts.requests.values(), ({ method, route, byStatus }) =>
      Array.from(byStatus, ([status, value]): Sample => {
        return [value, { method, route, status: String(status) }];
      }),
    ).flat(),
  );
  histogram('charla_http_request_duration_seconds', 'How long HTTP responses took', (name) =>
    [...counts.requests.values()].flatMap(({ method, route, seconds }) => [
      ...ofHistogram(name, seconds, { method, route }),
    ]),
  );
  counter('charla_refusals_total', 'Refusals by their error code', () =>
    Object.entries(counts.refusals).flatMap(([transport, byCode]) =>
      Object.entries(byCode).map(([code, value]): Sample => [value, { transport, code }]),
    ),
  );
  counter(
    'charla_untrusted_forwards_total',
    'Requests with X-Forwarded-For from an address that TRUST_PROXY does not trust',
    () => [[counts.untrustedForwards]],
  );
  counter('charla_limited_total', 'What a limit has rejected', () =>
    Object.entries(refusalsOf(services))
      .map(([limit, { count }]): Sample => [count, { limit }])
      .concat([[counts.rejectedConnections, { limit: 'strangers' }]]),
  );
  const { uploads, downloads } = transfers;
  gauge('charla_transfers', 'Files that are being transferred', () =>
    byLabel('direction', { upload: uploads.count, download: downloads.count }),
  );
  counter('charla_transfer_bytes_total', 'Bytes of files', () =>
    byLabel('direction', { upload: uploads.bytes, download: downloads.bytes }),
  );
}
