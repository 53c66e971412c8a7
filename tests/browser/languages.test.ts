import { expect } from 'vitest';
import { arrive, inBrowser, launchBrowser } from '../support/browser.ts';
import { call, emailOf, generalRoom, signUp } from '../support/client.ts';
import { tokenOf } from '../support/page.ts';
import { startServer } from '../support/server.ts';

launchBrowser();

inBrowser(
  'speaks the language of the browser, and another one as soon as that is chosen',
  async () => {
    const server = await startServer();
    const ana = await arrive(server, 'Ana', { locale: 'es-ES' });
    const { page } = ana;
    const bo = await signUp(server, 'Bo');
    const room = await generalRoom(server, await tokenOf(ana));
    const say = async (text: string) =>
      call(server, 'POST', `/rooms/${room.id}/messages`, { token: bo.token, body: { text } });

    const log = page.getByRole('log', { name: 'Mensajes', exact: true });
    await page.getByRole('navigation', { name: 'Salas' }).getByText('general').waitFor();
    await page.getByText('1 miembro', { exact: true }).waitFor();
    await say('hola');
    await log.getByText('Bo se unió').waitFor();
    await log.getByText('Hoy', { exact: true }).waitFor();
    await page.getByText('2 miembros').waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('es');
    const time = log.getByRole('article').getByRole('time');
    expect(await time.getAttribute('title')).toMatch(/ de \d{4}/);

    // Everything that is shown changes at once, rows and the open dialog too.
    await page.getByRole('button', { name: 'Tu perfil, Ana' }).click();
    const opened = await page.evaluate('performance.timeOrigin');
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    await page.getByLabel('Idioma').selectOption('English');
    await page.getByRole('dialog', { name: 'Your profile' }).waitFor();
    await page.keyboard.press('Escape');
    await ana.messages.getByText('Bo joined').waitFor();
    await ana.messages.getByText('Today', { exact: true }).waitFor();
    await page.getByText('2 members').waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(await ana.messages.getByRole('time').last().getAttribute('title')).toMatch(/, \d{4} at/);
    expect(await page.evaluate('performance.timeOrigin')).toBe(opened);

    // The choice outlives the page, which then fetches no other language.
    fetched.length = 0;
    await page.reload();
    await ana.messages.getByText('Today', { exact: true }).waitFor();
    expect(fetched.filter((url) => url.endsWith('/es.js'))).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('tab', { name: 'Sign in' }).waitFor();

    await page.getByLabel('Language').selectOption('Español');
    await page.getByRole('tab', { name: 'Iniciar sesión' }).waitFor();
    // What is wrong with a field is said in the page's language, and not in the browser's.
    const signIn = page.getByRole('button', { name: 'Iniciar sesión' });
    const email = page.getByLabel('Correo electrónico');
    await signIn.click();
    expect(await page.getByText('Este campo es obligatorio.').count()).toBe(2);
    await expect.poll(() => page.evaluate('document.activeElement.name')).toBe('email');
    await email.fill('Ana');
    await signIn.click();
    await page.getByText('Escribe una dirección de correo válida.').waitFor();
    expect(await email.getAttribute('aria-invalid')).toBe('true');
    await email.fill(emailOf('Ana'));
    await page.getByLabel('Contraseña').fill('not the password');
    await signIn.click();
    await page.getByRole('alert').getByText('no son correctos').waitFor();

    // Without its texts, the page starts in English.
    await page.route('**/i18n/es.js', async (route) => route.abort());
    await page.reload();
    await page.getByRole('tab', { name: 'Sign in' }).waitFor();
    // The server refused the password, and the test the texts.
    const expected = /status of 401|ERR_FAILED/;
    expect(ana.complaints.filter((one) => !expected.test(one))).toEqual([]);
  },
);
