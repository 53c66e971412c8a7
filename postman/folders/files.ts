import type { Folder } from '../step.ts';

/** A picture of one pixel whose bytes are all ASCII, so that a text can hold it. */
const PICTURE = 'GIF89a\u0001\0\u0001\0\0\0\0,\0\0\0\0\u0001\0\u0001\0\0\u0002\u0002D\u0001\0;';

export const files: Folder = {
  name: '6 Files',
  description:
    'Upload first, then send: a file becomes part of a message by its id. So that no file has to be chosen by hand, the ' +
    'content stands in the request as a text. To upload one of yours, open the Body tab, change the type of the part from ' +
    'Text to File, and choose it.',
  steps: [
    {
      name: 'Ana uploads a shopping list',
      route: 'POST /rooms/{roomId}/files',
      body: { fileName: 'list.txt', content: 'Tomatoes, bread\n' },
      status: 201,
      tests: {
        'it has its name, or that of the part, where Postman does not send it': [
          "['list.txt', 'file'].includes(body.name)",
          true,
        ],
        'its type is found from its bytes': ["body.type.split(';')[0]", 'text/plain'],
        'it has its size': ['body.size', 16],
      },
      keep: { fileId: 'body.id' },
    },
    {
      name: 'It is no form (415)',
      route: 'POST /rooms/{roomId}/files',
      body: { text: 'Tomatoes, bread', type: 'text/plain' },
      status: 415,
      code: 'unsupported_media_type',
    },
    {
      name: 'Bo cannot read it yet (404)',
      route: 'GET /files/{fileId}',
      as: 'bo',
      status: 404,
      code: 'file_not_found',
    },
    {
      name: 'Ana sends it',
      route: 'POST /rooms/{roomId}/messages',
      body: {
        json: { text: '', fileIds: ['{{fileId}}'], alts: { '{{fileId}}': 'A shopping list' } },
      },
      status: 201,
      tests: {
        'the message has it': ['body.files[0].id', '{{fileId}}'],
        'with what it shows, for those who cannot see it': ['body.files[0].alt', 'A shopping list'],
      },
      keep: { fileSeq: 'body.seq' },
    },
    {
      name: 'Bo downloads it',
      route: 'GET /files/{fileId}',
      as: 'bo',
      status: 200,
      tests: {
        'the bytes are those of Ana': ['pm.response.text()', 'Tomatoes, bread\n'],
        'no browser guesses another type': [
          "pm.response.headers.get('X-Content-Type-Options')",
          'nosniff',
        ],
      },
    },
    {
      name: 'Bo downloads a part of it (206)',
      route: 'GET /files/{fileId}',
      as: 'bo',
      headers: { Range: 'bytes=10-14' },
      status: 206,
      tests: { 'it is that part': ['pm.response.text()', 'bread'] },
    },
    {
      name: 'Bo gets a link to it',
      route: 'POST /files/{fileId}/link',
      as: 'bo',
      note: 'For `<img>`, players and downloads, which cannot send a token.',
      status: 200,
      tests: { 'a text has no thumbnail': ['body.thumbnailUrl', null] },
      keep: { link: "body.url.split('link=')[1]" },
    },
    {
      name: 'The link needs no token',
      route: 'GET /files/{fileId}',
      as: 'nobody',
      query: { link: '{{link}}' },
      status: 200,
      tests: { 'it is the same file': ['pm.response.text()', 'Tomatoes, bread\n'] },
    },
    {
      name: 'Ana uploads a picture',
      route: 'POST /rooms/{roomId}/files',
      note: 'A GIF of one pixel. Pictures lose what they say about the place and the device.',
      body: { fileName: 'dot.gif', content: PICTURE },
      status: 201,
      tests: {
        'it is a picture': ['body.type', 'image/gif'],
        'of one pixel': ['[body.width, body.height].join()', '1,1'],
      },
      keep: { pictureId: 'body.id' },
    },
    {
      name: 'Ana gets its thumbnail',
      route: 'GET /files/{fileId}/thumbnail',
      path: { fileId: '{{pictureId}}' },
      status: 200,
      tests: { 'it is a WebP': ["pm.response.headers.get('Content-Type')", 'image/webp'] },
    },
    {
      name: 'Ana thinks better of the picture',
      route: 'DELETE /files/{fileId}',
      path: { fileId: '{{pictureId}}' },
      note: 'What no message carries is deleted after 24 hours anyway.',
      status: 204,
    },
    {
      name: 'It is gone (404)',
      route: 'GET /files/{fileId}/thumbnail',
      path: { fileId: '{{pictureId}}' },
      status: 404,
      code: 'file_not_found',
    },
    {
      name: 'Ana deletes the message with the list',
      route: 'DELETE /rooms/{roomId}/messages/{seq}',
      path: { seq: '{{fileSeq}}' },
      note: 'Its files leave the disk with it, within a second.',
      status: 204,
    },
  ],
};
