import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser, openTab, sees } from '../support/browser.ts';
import { startChild } from '../support/child.ts';
import { away, keptVersions } from '../support/offline.ts';
import { temporaryFolder } from '../support/server.ts';

launchBrowser();

const NEW_TEXT = 'Write something new';

/** Makes a copy of the project whose page has another text, and returns the command that runs it. */
function nextVersion(): string[] {
  const folder = temporaryFolder();
  for (const name of ['src', 'public', 'migrations', 'package.json'])
    cpSync(name, join(folder, name), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const texts = join(folder, 'public/i18n/en.js');
  const changed = readFileSync(texts, 'utf8').replace("'Write a message'", `'${NEW_TEXT}'`);
  writeFileSync(texts, changed);
  return [process.execPath, join(folder, 'src/main.ts')];
}

const versions = `caches.keys()`;

inBrowser(
  'works on in a page from before an update, and gets and keeps the new version on a reload',
  async () => {
    const dataDir = temporaryFolder();
    const first = await startChild({ DATA_DIR: dataDir });
    const ana = await arrive(first, 'Ana', { withWorker: true });
    const { page } = ana;
    await keptVersions(ana);
    const before = await page.evaluate<string[]>(versions);
    await page.getByPlaceholder('Write a message').waitFor();
    first.kill('SIGTERM');
    await first.exited;
    const second = await startChild(
      { DATA_DIR: dataDir, PORT: new URL(first.url).port },
      nextVersion(),
    );

    // The page is still the old one, with the old parts that it loads only now.
    await ana.say('from the old page');
    await sees(ana, ['from the old page']);
    await page.getByRole('img', { name: 'Being sent' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'New room' }).click();
    await page.getByLabel('Room name').fill('Attic');
    await page.getByRole('button', { name: 'Create room' }).click();
    await page.getByRole('heading', { name: 'Attic' }).waitFor();
    await page.getByPlaceholder('Write a message').waitFor();

    await page.reload();
    await page.getByPlaceholder(NEW_TEXT).waitFor();
    await expect.poll(() => page.evaluate<string[]>(versions)).not.toContain(before[0]);
    expect(await page.evaluate<string[]>(versions)).toHaveLength(1);
    second.kill('SIGTERM');
    await second.exited;
    await page.close();
    const tab = await openTab(second, ana);
    await tab.page.getByPlaceholder(NEW_TEXT).waitFor();
    expect([...ana.complaints, ...tab.complaints].filter((one) => !away(one))).toEqual([]);
  },
);
