import { runConformanceTests } from '@durable-streams/server-conformance-tests';
import { beforeEach, describe } from 'vitest';

/** Why some tests of the suite do not apply: Charla has the read part of the protocol, of JSON streams. */
const REASONS: readonly [reason: string, tests: RegExp][] = [
  [
    'is about writing',
    /Basic Stream|Append Operations|Producer|Sequence Ordering|Concurrent Writer|\b(PUT|POST|DELETE)\b|\bseq\b|sequence ordering|idempotent|content-type (case|match|mismatch)|matching content-type|different casing|Location header|invalid JSON|empty JSON arrays|empty array body/,
  ],
  ['is about the expiry of streams', /TTL|Expir/i],
  ['is about streams that are closed', /Stream Closure/],
  ['is about forks of streams', /Fork/],
  ['is about subscriptions', /subscription/],
  [
    'is about bytes, or text without JSON',
    /base64|binary|Byte-Exact|Operation Sequence|byte values|content hash changes|newlines in text\/plain|chunk-size/,
  ],
  // Those of Charla are tested beside this; here, the gateway has no such stream.
  ['is about a response of the gateway', /preflight|error responses/],
];

describe('a room', () => {
  beforeEach(({ task, skip }) => {
    for (const [reason, tests] of REASONS) if (tests.test(task.fullName)) skip(reason);
  });
  runConformanceTests({ baseUrl: process.env['GATEWAY_URL']! });
});
