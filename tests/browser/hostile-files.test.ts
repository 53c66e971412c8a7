import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { createRoom, joinRoom, postMessage, signUp } from '../support/client.ts';
import { linkTo, upload, uploaded } from '../support/files.ts';
import { expectHarmless } from '../support/harmless.ts';
import { goTo, tokenOf } from '../support/page.ts';
import { picture } from '../support/pictures.ts';
import { shareServer } from '../support/server.ts';
import { xssPayloads } from '../support/xss-payloads.ts';

/* Whatever people upload stays data: nothing of it runs, wherever it is opened. */

launchBrowser();
const server = shareServer();

const RUN = `try{localStorage.setItem('pwned','1')}catch{}try{(window.opener||parent||self).pwned=1}catch{}self.pwned=1`;
const HTML = `<!doctype html><title>x</title><script>${RUN}</script><img src=x onerror="${RUN}">`;
const SVG =
  `<svg xmlns="http://www.w3.org/2000/svg" onload="${RUN}"><script>${RUN}</script>` +
  `<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="&lt;script>${RUN}&lt;/script>"/></foreignObject></svg>`;
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, 'utf16le'));
const joined = (...parts: (string | Uint8Array)[]) =>
  new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array))));

/** Files that would run a script, if a browser took them for what they look like. */
async function hostileFiles(): Promise<Record<string, string | Uint8Array<ArrayBuffer>>> {
  const jpeg = await picture(40, 40);
  return {
    'page.html': HTML,
    'page.htm': `\ufeff\n\n<!-- a comment -->${HTML}`,
    'page.xhtml': `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>${RUN}</script></html>`,
    'picture.svg': SVG,
    'also.svg': `\ufeff<?xml version="1.0"?><!DOCTYPE svg><!-- x -->${SVG}`,
    'picture.png': HTML,
    'picture.jpg': SVG,
    'wide.html': utf16(HTML),
    'wide.svg': utf16(SVG),
    'notes.txt': HTML,
    'late.txt': `${'nothing to see here\n'.repeat(200)}${HTML}`,
    'plain.txt': `x ${HTML}`,
    'script.js': RUN,
    'module.mjs': `${RUN};export{}`,
    'polyglot.gif': `GIF89a/*${'\0'.repeat(4)}*/=1;${RUN}`,
    'polyglot.gif.html': `GIF89a${HTML}`,
    'tail.jpg': joined(jpeg, HTML),
    'style.css': `*{background:url("javascript:${RUN}")}`,
    'sheet.xml': `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#s"?><x><script xmlns="http://www.w3.org/1999/xhtml">${RUN}</script></x>`,
    'archive.mht': `MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n${HTML}`,
    'paper.pdf': `%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1);${RUN})>>>>endobj\ntrailer<</Root 1 0 R>>`,
    'app.webmanifest': '{"start_url":"javascript:1"}',
    'empty.html': '',
  };
}

/** Opens an address as somebody who clicks it, or as a page that shows it in a frame. */
async function openIn(page: Page, url: string): Promise<void> {
  // What is saved is no navigation.
  await page.goto(url).catch((error: Error) => {
    if (!error.message.includes('Download is starting')) throw error;
  });
}

inBrowser(
  'runs nothing of hostile files, opened by their links or framed by a page of the server',
  { timeout: 90_000 },
  async () => {
    const ana = await arrive(server, 'Ana');
    const token = await tokenOf(ana);
    const room = await createRoom(server, token, 'Hostile files');
    const refused: string[] = [];
    const opened = await ana.page.context().newPage();
    for (const [name, content] of Object.entries(await hostileFiles())) {
      const { status, body: file } = await upload(server, token, room.id, content, name);
      if (status === 400) {
        refused.push(name);
        continue;
      }
      const { body } = await linkTo(server, token, file.id);
      for (const path of [body.url, body.thumbnailUrl]) {
        if (path === null) continue;
        const url = server.url + path;
        await openIn(opened, url);
        expect([name, await opened.evaluate<boolean>(`'pwned' in self`)]).toEqual([name, false]);
        // A frame of the same origin could reach the page, and its token.
        await ana.page.evaluate(`new Promise((done) => {
          const frame = document.createElement('iframe');
          frame.src = ${JSON.stringify(url)};
          frame.onload = frame.onerror = done;
          document.body.append(frame);
          // What is saved fires no event.
          fetch(frame.src).then((answer) => answer.arrayBuffer()).then(() => setTimeout(done, 50));
        })`);
        const ran = `'pwned' in self || localStorage.getItem('pwned') !== null`;
        expect([name, await ana.page.evaluate<boolean>(ran)]).toEqual([name, false]);
        await ana.page.evaluate(`document.querySelector('iframe').remove()`);
      }
    }
    await opened.close();
    // What begins as a picture and is none.
    expect(refused).toEqual(['polyglot.gif']);
  },
);

inBrowser('makes nothing of hostile names and descriptions of files', async () => {
  const ana = await arrive(server, 'Ana of names');
  const token = await tokenOf(ana);
  const bo = await signUp(server, 'Bo');
  const room = await createRoom(server, bo.token, 'Hostile names');
  await joinRoom(server, token, room.id);
  const jpeg = await picture(40, 40);
  // Of each kind some: tests/browser/xss.test.ts shows all of them as texts.
  const payloads = xssPayloads.filter((_, i) => i % Math.floor(xssPayloads.length / 20) === 0);
  for (const from of [0, 10]) {
    const texts = payloads.slice(from, from + 10);
    const files = [];
    for (const [i, text] of texts.entries()) {
      const content = i % 2 === 0 ? jpeg : 'some notes';
      files.push(await uploaded(server, bo.token, room.id, content, text));
    }
    const fileIds = files.map(({ id }) => id);
    const alts = Object.fromEntries(fileIds.map((id, i) => [id, texts[i]]));
    const send = { text: `files from ${from}`, fileIds, alts };
    expect((await postMessage(server, bo.token, room.id, send)).status).toBe(201);
  }
  await goTo(ana, room.id);
  await ana.messages.getByText('files from 10').waitFor();
  await expectHarmless(ana);
  await ana.messages.press('Home');
  await ana.messages.getByText('files from 0').waitFor();
  await expectHarmless(ana);
  await ana.messages.locator('.picture button, button.picture, .picture').first().click();
  await ana.page.getByRole('dialog').waitFor();
  await expectHarmless(ana);
});
