import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FileLink } from '../../src/protocol/files.ts';
import type { FileInfo } from '../../src/protocol/resources.ts';
import { call, postMessage, type Answer, type At } from './client.ts';

/** A picture of one pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

type Content = string | Uint8Array<ArrayBuffer>;

/** The form that uploads a file. */
export function formOf(content: Content, name = 'notes.txt'): FormData {
  const form = new FormData();
  form.append('file', new Blob([content]), name);
  return form;
}

/** Uploads a file to a room. */
export async function upload(
  { url }: At,
  token: string,
  roomId: string,
  content: Content | FormData = 'some notes\n',
  name?: string,
): Promise<Answer<FileInfo>> {
  const response = await fetch(`${url}/rooms/${roomId}/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, connection: 'close' },
    body: content instanceof FormData ? content : formOf(content, name),
  });
  const body = (await response.json()) as FileInfo;
  return { status: response.status, headers: response.headers, body };
}

/** Uploads a file that is not refused. */
export async function uploaded(...input: Parameters<typeof upload>): Promise<FileInfo> {
  const { status, body } = await upload(...input);
  if (status !== 201) throw new Error(`The upload was refused: ${JSON.stringify(body)}`);
  return body;
}

/** Uploads a file and sends it; returns both. */
export async function sentFile(at: At, token: string, roomId: string, content?: Content) {
  const file = await uploaded(at, token, roomId, content);
  const { body: message } = await postMessage(at, token, roomId, { text: '', fileIds: [file.id] });
  return { file, message };
}

export const linkTo = (at: At, token: string, fileId: string): Promise<Answer<FileLink>> =>
  call<FileLink>(at, 'POST', `/files/${fileId}/link`, { token });

/** Fetches a file with a token, or a link without one. */
export async function download(
  { url }: At,
  path: string,
  { token, headers, method = 'GET' }: { token?: string; headers?: object; method?: string } = {},
): Promise<Answer<Buffer>> {
  const response = await fetch(url + path, {
    method,
    headers: {
      connection: 'close',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, body };
}

/** The files in a folder of files, by their paths in it. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== 'owner' && statSync(join(folder, name)).isFile())
    .toSorted();
}
