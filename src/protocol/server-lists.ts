import { Type, type Static } from 'typebox';
import { RoomSize } from './administration.ts';
import { OutgoingHook } from './hooks.ts';
import { IncomingHook } from './incoming-hooks.ts';
import { Invite } from './invites.ts';
import { Author, Id, nextCursor } from './resources.ts';
import { schemaRef } from './schema-ref.ts';

/* What admins see of the hooks and invites of all rooms: neither what lets anybody in, nor the names of private rooms. */

const { id, kind, name } = RoomSize.properties;
const origin = { room: Type.Object({ id, kind, name }), createdBy: schemaRef(Author) };

const { url: _, ...ofOutgoing } = OutgoingHook.properties;
export const AdminOutgoingHook = Type.Object(
  {
    ...ofOutgoing,
    ...origin,
    host: Type.String({
      description: 'Of the receiver: the rest of a URL is often a secret',
      examples: ['ci.example.org'],
    }),
  },
  { $id: 'AdminOutgoingHook', description: 'An outgoing webhook of some room, as admins see it' },
);
export type AdminOutgoingHook = Static<typeof AdminOutgoingHook>;

export const AdminIncomingHook = Type.Object(
  { ...IncomingHook.properties, ...origin },
  { $id: 'AdminIncomingHook', description: 'An incoming webhook of some room, as admins see it' },
);
export type AdminIncomingHook = Static<typeof AdminIncomingHook>;

export const AdminHookPage = Type.Object({
  hooks: Type.Array(Type.Union([schemaRef(AdminOutgoingHook), schemaRef(AdminIncomingHook)])),
  nextCursor,
});
export type AdminHookPage = Static<typeof AdminHookPage>;

const { expiresAt, createdAt, maxUses, uses } = Invite.properties;
export const AdminInvite = Type.Object(
  {
    id: {
      ...Id,
      description: 'The beginning of its code, which is not enough to get in',
      examples: ['Q8s1-Yw0'],
    },
    ...origin,
    createdAt,
    expiresAt,
    maxUses,
    uses,
  },
  { $id: 'AdminInvite', description: 'An invite into some room, as admins see it' },
);
export type AdminInvite = Static<typeof AdminInvite>;

export const AdminInvitePage = Type.Object({
  invites: Type.Array(schemaRef(AdminInvite)),
  nextCursor,
});
export type AdminInvitePage = Static<typeof AdminInvitePage>;
