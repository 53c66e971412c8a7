import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from '../support/frame-check.ts';
import type { FileLink } from '../../src/protocol/files.ts';
import type { FileInfo, Message } from '../../src/protocol/resources.ts';
import { call, createRoom, signUp, type Account } from '../support/client.ts';
import { download, PIXEL } from '../support/files.ts';
import { shareServer } from '../support/server.ts';

/* What these tests use of public/chat-client.js, whose own types need those of the DOM. */
interface Client {
  uploadFile(roomId: string, blob: Blob, options?: object): Promise<FileInfo>;
  fileLink(fileId: string): Promise<FileLink>;
  deleteFile(fileId: string): Promise<void>;
  openRoom(
    roomId: string,
    handlers: object,
  ): {
    send(message: object): string;
    close(): void;
  };
}
interface Module {
  ChatClient: new (options: object) => Client;
}

const MAX_FILE_BYTES = 200_000;
const server = shareServer({ MAX_FILE_BYTES: String(MAX_FILE_BYTES) });
let lib: Module;
let ana: Account;
let roomId: string;
let client: Client;

beforeAll(async () => {
  const url = new URL('../../public/chat-client.js', import.meta.url);
  lib = (await import(url.href)) as Module;
  ana = await signUp(server, 'Ana');
  roomId = (await createRoom(server, ana.token, 'Kitchen')).id;
  client = new lib.ChatClient({ baseUrl: server.url, session: ana, WebSocket });
});

const pixel = () => new Blob([PIXEL]);

describe('ChatClient', () => {
  it('uploads files, sends them with what they show, and gets links to them', async () => {
    const cat = await client.uploadFile(roomId, pixel(), { name: 'cät "1".png' });
    expect(cat).toMatchObject({ name: 'cät "1".png', type: 'image/png', width: 1, height: 1 });
    const notes = await client.uploadFile(roomId, new File(['Buy milk'], 'notes.txt'));
    expect(notes).toMatchObject({ name: 'notes.txt', type: 'text/plain', size: 8 });

    const seq = await new Promise<number>((resolve, reject) => {
      const room = client.openRoom(roomId, {
        onEvent() {},
        onSent: (_id: string, sent: number) => resolve(sent),
        onRefused: (_id: string, error: { message: string }) => reject(new Error(error.message)),
      });
      onTestFinished(() => room.close());
      room.send({ text: '', fileIds: [notes.id, cat.id], alts: { [cat.id]: 'A cat' } });
    });
    const path = `/rooms/${roomId}/messages/${seq}`;
    const { body } = await call<Message>(server, 'GET', path, ana);
    expect(body.files.map(({ id, alt }) => ({ id, alt }))).toEqual([
      { id: notes.id, alt: null },
      { id: cat.id, alt: 'A cat' },
    ]);

    const link = await client.fileLink(notes.id);
    expect(link.thumbnailUrl).toBeNull();
    expect((await download(server, link.url)).body.toString()).toBe('Buy milk');
    expect((await client.fileLink(cat.id)).thumbnailUrl).not.toBeNull();
  });

  it('rejects with the refusal of an upload, before and after its bytes have arrived', async () => {
    const tooLarge = new Blob([new Uint8Array(100 * MAX_FILE_BYTES)]);
    await expect(client.uploadFile(roomId, tooLarge)).rejects.toMatchObject({
      statusCode: 413,
      code: 'payload_too_large',
    });
    const broken = new Blob([PIXEL.subarray(0, 40)]);
    await expect(client.uploadFile(roomId, broken)).rejects.toMatchObject({
      statusCode: 400,
      code: 'validation_failed',
      details: [{ path: '/file' }],
    });
  });

  it('ends an upload by its signal, and deletes what is not sent', async () => {
    const reason = new Error('changed my mind');
    const controller = new AbortController();
    const stopped = client.uploadFile(roomId, pixel(), { signal: controller.signal });
    controller.abort(reason);
    await expect(stopped).rejects.toBe(reason);
    await expect(client.uploadFile(roomId, pixel(), { signal: controller.signal })).rejects.toBe(
      reason,
    );

    const { id } = await client.uploadFile(roomId, pixel());
    await client.deleteFile(id);
    await expect(client.fileLink(id)).rejects.toMatchObject({ code: 'file_not_found' });
  });

  it('takes no message that the server would not: empty, of too many files, of too long a description', () => {
    const room = client.openRoom(roomId, { onEvent() {} });
    const many = Array.from({ length: 11 }, (_, i) => `file-${i}`);
    const wrong = [
      { text: '' },
      { text: '', fileIds: [] },
      { text: 'all of them', fileIds: many },
      { text: '', fileIds: ['a'], alts: { a: '' } },
      { text: '', fileIds: ['a'], alts: { a: '🐈'.repeat(501) } },
      { text: 'x'.repeat(4001), fileIds: ['a'] },
    ];
    for (const message of wrong) expect(() => room.send(message)).toThrow(RangeError);
    room.close();
  });
});
