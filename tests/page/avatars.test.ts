import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';

/** What these tests use of the page, which they import by URL to keep the types of the DOM out. */
interface Look {
  readonly PATTERNS: number;
  readonly avatarLook: (user: { id: string; name: string; color: string }) => {
    initials: string;
    pattern: number;
  };
}

const url = new URL('../../public/views/avatar-look.js', import.meta.url);
const { avatarLook, PATTERNS } = (await import(url.href)) as Look;
const initials = (name: string) => avatarLook({ id: '1', name, color: '#2b6cb0' }).initials;

it('tells people of one initial apart by two letters', () => {
  expect(['Ana', 'Abel', 'Ana Lía Paz', 'ana.ortiz'].map(initials)).toEqual([
    'An',
    'Ab',
    'AP',
    'AO',
  ]);
  expect(initials('x')).toBe('X');
});

it('cuts no emoji, flag or accented letter in two', () => {
  expect(initials('👩‍🚀🇪🇸 ñandú')).toBe('👩‍🚀Ñ');
  expect(initials('田中')).toBe('田中');
});

it('gives people of one name and colour one of all patterns, by their ids', () => {
  const look = (id: string) => avatarLook({ id, name: 'Ana', color: '#2b6cb0' });
  const id = randomUUID();
  expect(look(id)).toEqual(look(id));
  const counts = new Map<number, number>();
  for (let n = 0; n < 4000; n += 1) {
    const { pattern } = look(randomUUID());
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  expect(counts.size).toBe(PATTERNS);
  expect(Math.min(...counts.values())).toBeGreaterThan(4000 / PATTERNS / 2);
});
