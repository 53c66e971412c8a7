import type { Person } from './browser.ts';
import type { Account } from './client.ts';

/* Where things stand on the page, and what one does there. */

/** The link of a room or person in the list of rooms, with how much of it is unread. */
export const roomLink = ({ page }: Person, name: string) =>
  page
    .getByRole('navigation', { name: 'Rooms' })
    .getByRole('link', { name: new RegExp(`^${name}`) });

/** Opens a room from the list, and waits until it is on the screen: what is typed before is for the one before. */
export async function enterRoom(person: Person, name: string): Promise<void> {
  await roomLink(person, name).click();
  await person.page.getByRole('heading', { name, exact: true }).waitFor();
}

/** The line of a message. */
export const line = ({ messages }: Person, text: string) =>
  messages.getByRole('article').filter({ hasText: text });

/** What a line quotes. */
export const quoteIn = (person: Person, text: string) =>
  line(person, text).getByRole('button', { name: /Go to/ });

/** Chooses something to be done with a message. */
export async function choose(person: Person, text: string, item: string): Promise<void> {
  await line(person, text).hover();
  await line(person, text).getByRole('button', { name: 'More actions' }).click();
  await person.page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** Searches all messages. */
export async function searchFor({ page }: Person, text: string): Promise<void> {
  const field = page.getByRole('searchbox', { name: 'Search messages' });
  await field.fill(text);
  await field.press('Enter');
}

/** Opens the direct chat with somebody in the room. */
export async function writeTo({ page, people }: Person, name: string): Promise<void> {
  await people.getByRole('list', { name: 'People' }).getByRole('button', { name }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

/** Opens what else can be done about somebody in the room. */
export async function about({ people }: Person, name: string): Promise<void> {
  const row = people.getByRole('listitem').filter({ hasText: name });
  await row.hover();
  await row.getByRole('button', { name: 'More' }).click();
}

/** The token that a page is signed in with. */
export async function tokenOf({ page }: Person): Promise<string> {
  const session = await page.evaluate<string>(`localStorage.getItem('charla.session')`);
  return (JSON.parse(session) as Account).token;
}

/** Opens a room by its address, as a link would. */
export async function goTo({ page }: Person, roomId: string): Promise<void> {
  await page.evaluate(`location.hash = '#/rooms/${roomId}'`);
}
