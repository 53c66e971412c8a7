import { expect } from 'vitest';
import { arriveByForm, inBrowser, launchBrowser, sees, SERVER_AWAY } from '../support/browser.ts';
import { call, type Frame } from '../support/client.ts';
import { startServer, temporaryFolder } from '../support/server.ts';

launchBrowser();

inBrowser(
  'lets two people meet in a room, talk, reload, and continue after a server restart',
  { timeout: 60_000 },
  async () => {
    const dataDir = temporaryFolder();
    const server = await startServer({ DATA_DIR: dataDir });
    const [ana, bo] = [await arriveByForm(server, 'Ana'), await arriveByForm(server, 'Bo')];

    await ana.page.getByRole('button', { name: 'New room' }).click();
    const dialog = ana.page.getByRole('dialog');
    await dialog.getByLabel('Room name').fill('Kitchen');
    await dialog.getByLabel('Topic').fill('What is for lunch?');
    await dialog.getByRole('button', { name: 'Create room' }).click();
    await ana.people.getByText('Ana').waitFor();

    // The room appears on Bo's page, and he joins it.
    await bo.page
      .getByRole('navigation', { name: 'Rooms' })
      .getByRole('link', { name: 'Kitchen' })
      .click();
    await ana.people.getByText('Bo').waitFor();
    await bo.people.getByText('Ana').waitFor();

    const said = ['Is anybody hungry?', '<b>Always</b> & ever', '¡Paella! 🥘 漢字'];
    await ana.say(said[0]!);
    await sees(bo, said.slice(0, 1));
    await bo.say(said[1]!);
    await sees(ana, said.slice(0, 2));
    await ana.say(said[2]!);
    for (const one of [ana, bo]) await sees(one, said);

    await bo.page.reload();
    await sees(bo, said);
    await ana.people.getByText('Bo').waitFor();
    expect([...ana.complaints, ...bo.complaints]).toEqual([]);

    // The server restarts; messages sent meanwhile appear without a hole.
    await server.stop();
    const again = await startServer({ DATA_DIR: dataDir, PORT: new URL(server.url).port });
    const { body: session } = await call<{ token: string }>(again, 'POST', '/auth/login', {
      body: { email: 'bo@example.org', password: 'password of Bo' },
    });
    const { token } = session;
    const { body: found } = await call<{ rooms: Frame[] }>(again, 'GET', '/rooms?query=kitchen', {
      token,
    });
    const path = `/rooms/${found.rooms[0]!['id']}/messages`;
    for (let n = 1; n <= 5; n += 1) {
      said.push(`meanwhile ${n}`);
      await call(again, 'POST', path, { token, body: { text: said.at(-1) } });
    }
    for (const one of [ana, bo]) await sees(one, said);
    said.push('All there');
    await ana.say('All there');
    for (const one of [ana, bo]) await sees(one, said);

    const complaints = [...ana.complaints, ...bo.complaints];
    expect(complaints.filter((complaint) => !SERVER_AWAY.test(complaint))).toEqual([]);

    await ana.page.getByRole('button', { name: 'Sign out' }).click();
    await ana.page.getByRole('tab', { name: 'Sign in' }).waitFor();
    await bo.people.getByRole('button', { name: 'Ana Offline' }).waitFor();
  },
);
