import { describe, expect, it } from 'vitest';
import type { TSchema } from 'typebox';
import { compileValidator } from '../../src/protocol/validate.ts';
import * as protocol from '../../src/protocol/commands.ts';
import { commands } from '../../src/protocol/socket-commands.ts';
import { ChatError } from '../../src/protocol/errors.ts';

/*
 * In every body and every frame, null means the same as an omitted optional field. The schemas say so themselves,
 * since the OpenAPI document is generated from them.
 */

interface ObjectSchema {
  readonly properties: Record<string, { type?: unknown; enum?: unknown[]; const?: unknown }>;
  readonly required?: string[];
  readonly additionalProperties?: boolean;
}

const bodies = Object.entries(protocol).filter(
  ([, schema]) => (schema as Partial<ObjectSchema>).additionalProperties === false,
);
const frames = Object.entries(commands).map(([type, schema]) => [`the frame ${type}`, schema]);
const all = [...bodies, ...frames] as [name: string, schema: TSchema & ObjectSchema][];

/** A valid value for each field. */
const VALUES: Readonly<Record<string, unknown>> = {
  email: 'ana@example.org',
  password: 'correct horse battery',
  currentPassword: 'correct horse battery',
  name: 'Ana',
  setupCode: 'the code of the setup',
  color: '#0f766e',
  isAdmin: true,
  isDisabled: false,
  topic: 'it',
  visibility: 'private',
  slowModeSeconds: 10,
  userId: 'x',
  role: 'member',
  seq: 5,
  text: 'a',
  clientMsgId: 'a',
  replyTo: 5,
  fileIds: ['x'],
  alts: { x: 'a' },
  emoji: '👍',
  token: 'x',
  ref: 'x',
  level: 'all',
  endpoint: 'https://push.example.org/x',
  expirationTime: 5,
  keys: { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) },
};

describe.each(all)('%s', (name, schema) => {
  const validate = compileValidator(schema);
  const { properties, required = [] } = schema;
  const optional = Object.keys(properties).filter((field) => !required.includes(field));
  const full = Object.fromEntries(
    Object.entries(properties).map(([field, { const: only }]) => [field, only ?? VALUES[field]]),
  );
  const without = (fields: readonly string[]) =>
    Object.fromEntries(Object.entries(full).filter(([field]) => !fields.includes(field)));
  const nulls = (fields: readonly string[]) =>
    Object.fromEntries(fields.map((field) => [field, null]));

  it('accepts null for every optional field', () => {
    expect(validate(full)).toBe(full);
    for (const fields of [...optional.map((field) => [field]), optional]) {
      expect(validate({ ...full, ...nulls(fields) })).toStrictEqual(without(fields));
    }
    for (const field of optional) {
      const { type, enum: values } = properties[field]!;
      const isNullable = values?.includes(null) ?? [type].flat().includes('null');
      expect([field, isNullable]).toEqual([field, true]);
    }
  });

  it('rejects null for every other field', () => {
    for (const field of [...required, 'other', '__proto__']) {
      const value = JSON.parse(
        JSON.stringify({ ...full, x: 1 }).replace('"x":1', `"${field}":null`),
      );
      expect(() => validate(value), `${name} with ${field}`).toThrow(ChatError);
    }
  });
});

it('covers every body and frame', () => {
  expect(bodies.map(([name]) => name)).toEqual(
    expect.arrayContaining(['Register', 'UpdateMe', 'CreateRoom', 'PutMember', 'SendMessage']),
  );
  expect(frames.length).toBe(Object.keys(commands).length);
});
