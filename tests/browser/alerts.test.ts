import { expect } from 'vitest';
import type { Message, Room } from '../../src/protocol/resources.ts';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, createRoom, generalRoom, signUp } from '../support/client.ts';
import { uploaded } from '../support/files.ts';
import { line, tokenOf } from '../support/page.ts';
import { startServer } from '../support/server.ts';

launchBrowser();

inBrowser(
  'closes a notification when its message is deleted or read elsewhere, or its room is deleted',
  async () => {
    const server = await startServer();
    // As in a private window, there is no service worker. Notifications go into a list, and the test decides whether
    // the page is hidden.
    const script = `
    Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined });
    window.shown = new Map();
    window.Notification = class {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      constructor(title, { body, tag }) {
        this.title = title;
        this.tag = tag;
        window.shown.set(tag, title + ': ' + body);
      }
      addEventListener() {}
      close() { window.shown.delete(this.tag); }
    };
    Object.defineProperty(document, 'hidden', { get: () => window.isHidden === true });
  `;
    const [ana, bo] = [await arrive(server, 'Ana', { script }), await signUp(server, 'Bo')];
    const token = await tokenOf(ana);
    const shown = async () => ana.page.evaluate<string[]>('[...window.shown.values()]');
    await ana.page.getByRole('button', { name: /Your profile/ }).click();
    await ana.page.getByLabel(/Notify me of mentions/).check();
    await ana.page.getByRole('button', { name: 'Close' }).click();
    const general = await generalRoom(server, token);
    const kitchen = await createRoom(server, bo.token, 'Kitchen');
    const { body: me } = await call<{ id: string }>(server, 'GET', '/users/me', { token });
    const direct = { token: bo.token, body: { userId: me.id } };
    const { body: both } = await call<Room>(server, 'POST', '/direct', direct);
    await call(server, 'POST', `/rooms/${kitchen.id}/join`, { token });
    const say = async (roomId: string, text: string, fileIds: string[] = []) => {
      const send = { token: bo.token, body: { text, fileIds } };
      return (await call<Message>(server, 'POST', `/rooms/${roomId}/messages`, send)).body;
    };
    const path = ({ roomId, seq }: Message) => `/rooms/${roomId}/messages/${seq}`;
    await say(general.id, 'here we are');
    await line(ana, 'here we are').waitFor();
    await ana.page.evaluate('window.isHidden = true');

    const notes = await uploaded(server, bo.token, both.id);
    const [mention, word, inKitchen] = [
      await say(general.id, '@Ana a secrit'),
      await say(both.id, '', [notes.id]),
      await say(kitchen.id, '@Ana soup'),
    ];
    const all = ['Bo · general: @Ana a secrit', 'Bo: File notes.txt', 'Bo · Kitchen: @Ana soup'];
    await expect.poll(shown).toEqual(all);
    const edited = { token: bo.token, body: { text: '@Ana a secret' } };
    await call(server, 'PATCH', path(mention), edited);
    await expect.poll(shown).toEqual(['Bo · general: @Ana a secret', ...all.slice(1)]);
    await call(server, 'DELETE', path(mention), { token: bo.token });
    await expect.poll(shown).toEqual(all.slice(1));
    const read = { token, body: { seq: word.seq } };
    await call(server, 'PUT', `/rooms/${both.id}/read`, read);
    await expect.poll(shown).toEqual([all[2]]);
    expect(inKitchen.roomId).toBe(kitchen.id);
    await call(server, 'DELETE', `/rooms/${kitchen.id}`, { token: bo.token });
    await expect.poll(shown).toEqual([]);
    expect(ana.complaints).toEqual([]);
  },
);
