import { Type, type Static } from 'typebox';
import { Id, Time } from './resources.ts';

/** The bytes of a file, in multipart/form-data and in responses. Tools know one of the two ways to say so. */
export const Bytes = Type.Unsafe<string>({
  type: 'string',
  format: 'binary',
  contentMediaType: 'application/octet-stream',
  examples: ['the bytes of the file'],
});

export const UploadFile = Type.Object({ file: Bytes }, { additionalProperties: false });

export const OfFile = Type.Object({ fileId: Id });

export const ReadFile = Type.Object({
  link: Type.Optional(
    Type.String({
      description: 'What `POST /files/{fileId}/link` has put into a URL: replaces the token',
    }),
  ),
});

const linkTo = (path: string) =>
  `${path}?link=mj4k0h3c.kX3b9_RtQm0aZ7wE.Vb2pQ9s0LmNx4c1Y.AtzGz0wXc1Qn5P3vXkzq8mE2d4sR7uJ1oLhB6tYfWgI`;

export const FileLink = Type.Object(
  {
    url: Type.String({
      description: 'Where the file is, from the root of the server',
      examples: [linkTo('/files/kX3b9_RtQm0aZ7wE')],
    }),
    thumbnailUrl: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Where its thumbnail is; null for all but pictures',
      examples: [linkTo('/files/kX3b9_RtQm0aZ7wE/thumbnail')],
    }),
    expiresAt: Time,
  },
  { $id: 'FileLink', description: 'URLs of a file that need no token' },
);
export type FileLink = Static<typeof FileLink>;
