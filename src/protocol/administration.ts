import { Type, type Static } from 'typebox';
import { Me, Time } from './resources.ts';

/* What admins see of a server. */

export const AdminUser = Type.Object(
  { ...Me.properties, isDisabled: Type.Boolean() },
  { $id: 'AdminUser', description: 'An account, as admins see it' },
);
export type AdminUser = Static<typeof AdminUser>;

export const ResetLink = Type.Object(
  {
    url: Type.String({
      description: 'The page that asks for the new password',
      examples: ['https://chat.example.org/?reset=uZ4x0bq4J9m1y6k3Ue7Rw2Tn8Pc5Ls0Dg1Hf6Va9QiE'],
    }),
    expiresAt: Time,
  },
  { $id: 'ResetLink', description: 'A link that sets a new password, once' },
);
export type ResetLink = Static<typeof ResetLink>;
