import { Type, type Static } from 'typebox';
import { closed, optional } from './inputs.ts';
import { Author, Id, nullable, Room, Time } from './resources.ts';
import { schemaRef } from './schema-ref.ts';

/** How long an invite lets people in, in seconds, where nobody says otherwise: seven days. */
export const DEFAULT_EXPIRES_IN = 7 * 86_400;
/** The longest: a year. */
const MAX_EXPIRES_IN = 366 * 86_400;
const MAX_USES = 1_000_000;

const CODE = 'Q8s1-Yw0LmNx4c1Yv7uK2A';
const Code = Type.String({ description: 'All that somebody needs to get in', examples: [CODE] });

export const CreateInvite = Type.Object(
  {
    expiresIn: optional(
      Type.Integer({
        minimum: 60,
        maximum: MAX_EXPIRES_IN,
        default: DEFAULT_EXPIRES_IN,
        description: 'Seconds until it ends: from a minute to a year',
      }),
    ),
    maxUses: optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_USES,
        description: 'How many people it lets in; any number where it is left out',
      }),
    ),
  },
  { ...closed, examples: [{ expiresIn: 86_400, maxUses: 5 }] },
);
export type CreateInvite = Static<typeof CreateInvite>;

export const OfInvite = Type.Object({ code: Id });

export const Invite = Type.Object(
  {
    code: Code,
    url: Type.String({
      description:
        'The link to give to people, below PUBLIC_URL or else the address of this request',
      examples: [`https://chat.example.org/?invite=${CODE}`],
    }),
    roomId: nullable(Id, 'kX3b9_RtQm0aZ7wE'),
    createdBy: Id,
    createdAt: Time,
    expiresAt: Time,
    maxUses: nullable(
      Type.Integer({ minimum: 1, description: 'How many people it lets in; null: any number' }),
      5,
    ),
    uses: Type.Integer({ minimum: 0, description: 'How many it has let in', examples: [2] }),
  },
  { $id: 'Invite', description: 'A link that lets people in' },
);
export type Invite = Static<typeof Invite>;

const InvitedRoom = Type.Object({
  name: Room.properties.name,
  kind: Room.properties.kind,
  memberCount: Room.properties.memberCount,
});

export const InvitePreview = Type.Object(
  {
    room: Type.Unsafe<Static<typeof InvitedRoom> | null>({
      ...InvitedRoom,
      type: ['object', 'null'],
      description: 'Null where the invite only lets register',
    }),
    invitedBy: schemaRef(Author),
    expiresAt: Time,
  },
  {
    $id: 'InvitePreview',
    description: 'Who invites to what: all that a link tells without an account',
  },
);
export type InvitePreview = Static<typeof InvitePreview>;
