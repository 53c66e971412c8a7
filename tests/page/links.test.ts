import { describe, expect, it } from 'vitest';
import { linksIn } from '../../public/views/links.js';

/** The links in a text, as shown, and with their targets where those differ. */
function found(text: string): string[] {
  return linksIn(text).map(({ start, end, href }) => {
    const shown = text.slice(start, end);
    return shown === href ? shown : `${shown} -> ${href}`;
  });
}

/** The text in ⟦ ⟧ is the link. */
describe.each([
  [
    'English',
    [
      'see ⟦https://example.com⟧',
      '⟦https://example.com/docs⟧.',
      '⟦http://example.com/a⟧, ⟦http://example.com/b⟧; and ⟦https://example.com/c⟧!',
      'Is it ⟦https://example.com/docs⟧?',
      'this: ⟦https://example.com/docs⟧: that',
      'wait… ⟦https://example.com/docs⟧…',
      'see...⟦https://example.com/docs⟧...',
      '⟦HTTPS://EXAMPLE.COM/Docs⟧ and ⟦Http://example.com⟧',
      '⟦https://example.com/docs/⟧ – a dash',
      '⟦https://example.com⟧—and on',
    ],
  ],
  [
    'brackets',
    [
      '⟦https://en.wikipedia.org/wiki/Mercury_(planet)⟧',
      '(⟦https://en.wikipedia.org/wiki/Mercury_(planet)⟧)',
      '(see ⟦https://example.com/docs⟧)',
      '[⟦https://example.com/docs⟧]',
      '{⟦https://example.com/docs⟧}',
      '<⟦https://example.com/docs⟧>',
      '[the docs](⟦https://example.com/docs⟧)',
      '⟦https://example.com/a_(b)_(c)⟧, ⟦https://example.com/a[1]⟧',
      '⟦https://example.com/wiki/A_(b_(c))⟧.',
      '（⟦https://example.com/docs⟧）',
      '【⟦https://example.com/docs⟧】',
    ],
  ],
  [
    'quotes',
    [
      '"⟦https://example.com/docs⟧"',
      "'⟦https://example.com/docs⟧'",
      '“⟦https://example.com/docs⟧”',
      '‘⟦https://example.com/docs⟧’',
      '«⟦https://example.com/docs⟧»',
      '„⟦https://example.com/docs⟧“',
      '「⟦https://example.com/docs⟧」',
      "⟦https://example.com/it's⟧",
      '⟦https://fr.wikipedia.org/wiki/L’Express⟧',
    ],
  ],
  [
    'code and markdown',
    [
      '`⟦https://example.com/docs⟧`',
      '`⟦https://example.com⟧`',
      '**⟦https://example.com/docs⟧**',
      '**⟦https://example.com⟧**',
      '*⟦https://example.com/docs⟧*.',
      '**⟦https://example.com/docs⟧.**',
      '_⟦https://example.com/docs⟧_',
      '__⟦https://example.com/docs⟧__',
      '_see ⟦https://example.com/docs⟧_',
      '~~⟦https://example.com/docs⟧~~',
      '||⟦https://example.com/docs⟧||',
      '```\n⟦https://example.com/docs⟧\n```',
      '⟦https://example.com/user_⟧',
      '⟦https://example.com/~ana/a_b*c⟧',
    ],
  ],
  [
    'Chinese',
    [
      '请看⟦https://example.com/docs⟧。谢谢',
      '请看：⟦https://example.com/docs⟧，谢谢！',
      '⟦https://zh.wikipedia.org/wiki/北京⟧。',
      '⟦https://example.com/docs⟧、⟦https://example.com/more⟧',
      '访问⟦https://example.com⟧谢谢',
      '访问⟦https://example.com:8080⟧吧。',
      '⟦https://example.com/docs⟧（文档）',
      '⟦https://例子.中国/路径⟧？',
      '请看⟦http://192.168.0.1⟧吧',
    ],
  ],
  [
    'Japanese and Korean',
    [
      'これ⟦https://example.com/docs⟧。',
      'これは⟦https://example.com⟧です',
      '⟦https://ja.wikipedia.org/wiki/スター・ウォーズ⟧を見て'.replace('⟧を見て', 'を見て⟧'),
      '⟦https://ja.wikipedia.org/wiki/東京タワー⟧！',
      '주소는⟦https://example.com/docs⟧',
      '⟦https://ko.wikipedia.org/wiki/서울⟧.',
    ],
  ],
  [
    'Arabic and Hebrew',
    [
      'انظر ⟦https://example.com/docs⟧، شكرا',
      'هل رأيت ⟦https://ar.wikipedia.org/wiki/القاهرة⟧؟',
      '\u200F⟦https://example.com/docs⟧\u200F.',
      'ראו ⟦https://he.wikipedia.org/wiki/תל_אביב-יפו⟧.',
    ],
  ],
  [
    'Hindi and Thai',
    [
      'देखें ⟦https://hi.wikipedia.org/wiki/दिल्ली⟧।',
      'ดูที่⟦https://example.com/docs⟧',
      '⟦https://th.wikipedia.org/wiki/กรุงเทพมหานคร⟧',
      'ดู⟦https://example.com⟧ครับ',
    ],
  ],
  [
    'Cyrillic, Greek, Latin',
    [
      'смотри ⟦https://пример.рф/путь⟧.',
      'смотри ⟦https://xn--e1afmkfd.xn--p1ai/⟧',
      '⟦https://el.wikipedia.org/wiki/Αθήνα⟧·',
      '⟦https://ca.wikipedia.org/wiki/Col·legi⟧',
      '⟦https://de.wikipedia.org/wiki/Straße⟧!',
      '⟦https://www.münchen.de/äöü⟧',
      '⟦https://en.wikipedia.org/wiki/Bose–Einstein_condensate⟧',
    ],
  ],
  [
    'hosts and ports',
    [
      '⟦http://localhost:3000/docs⟧',
      '⟦http://localhost⟧.',
      '⟦http://192.168.0.1:8080/⟧',
      '⟦http://[::1]:3000/docs⟧',
      '⟦https://[2001:db8::1]/⟧.',
      '⟦https://example.com:8443⟧,',
      '⟦https://ana@example.com/docs⟧',
    ],
  ],
  [
    'query strings and fragments',
    [
      '⟦https://example.com/?q=a&b=c%20d⟧',
      '⟦https://example.com?q=1⟧.',
      '⟦https://example.com/a#b⟧, ',
      '⟦https://example.com/#/rooms/x?y=z⟧',
      '⟦https://example.com/a?b=[1,2]&c=(d)⟧)',
      'url=⟦https://example.com/?u=https://other.example/x⟧',
      '⟦https://example.com/a;b=c,d:e@f!g$h+i⟧',
    ],
  ],
  [
    'emoji',
    [
      '🎉⟦https://example.com/docs⟧ 🎉',
      '⟦https://example.com⟧🎉',
      '⟦https://example.com⟧👍🏽',
      '⟦https://i❤.ws/⟧',
      '⟦https://emojipedia.org/😀⟧',
    ],
  ],
  [
    'invisible characters',
    ['a\u200B⟦https://example.com/docs⟧\u200Bb', '\u2068⟦https://example.com⟧\u2069'],
  ],
] as const)('links in %s', (_language, lines) => {
  it.each(lines)('%s', (line) => {
    const text = line.replaceAll(/[⟦⟧]/g, '');
    expect(found(text)).toEqual([...line.matchAll(/⟦(.*?)⟧/gs)].map(([, link]) => link));
  });
});

it.each([
  ['example.com', ['example.com -> https://example.com']],
  ['see example.com/docs.', ['example.com/docs -> https://example.com/docs']],
  [
    'www.heise.de and heise.de/news',
    ['www.heise.de -> https://www.heise.de', 'heise.de/news -> https://heise.de/news'],
  ],
  ['write to ana@example.org, please', ['ana@example.org -> mailto:ana@example.org']],
  ['mailto:ana@example.org', ['mailto:ana@example.org']],
  ['main.rs, README.md, socket.io, node.js, so.it is.no link', []],
  ['1.2.3 and 192.168.0.1', []],
  ['@Ana and bob@Al', []],
])(
  'finds a link without a scheme only where nobody would take it for a word: %s',
  (text, links) => {
    expect(found(text)).toEqual(links);
  },
);

it.each([
  'javascript:alert(1)',
  'javascript://example.com/%0aalert(1)',
  'JaVaScRiPt:alert(1)//https',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'ftp://example.com/a',
  'tel:123',
  '//example.com/docs',
  'https:example.com/docs',
  'https://',
  'http://.',
  'xhttps://example.com',
  'http://',
])('makes no link of %s', (text) => {
  expect(found(text)).toEqual([]);
});

it.each([
  'javascript:https://example.com',
  'https://example.com/?x=javascript:alert(1)',
  'javascript:alert(1)//example.com/x?mailto:a@example.com',
  "https://example.com/'onmouseover='alert(1)",
  'mailto:ana@example.org?body=javascript:alert(1)',
])('links to the web or to a mail only, whatever surrounds the link: %s', (text) => {
  const links = linksIn(text);
  expect(links.length).toBeGreaterThan(0);
  for (const { href } of links) expect(new URL(href).protocol).toMatch(/^(https?|mailto):$/);
});

it('finds a URL of any length', () => {
  const address = `https://example.com/${'a1b2/'.repeat(780)}`;
  expect(found(`${address} and more`)).toEqual([address]);
});

it('returns links in order, without overlaps, within the text', () => {
  const text =
    'ana@example.org https://a.example/b example.com（https://c.example） bo@example.org\n'.repeat(
      20,
    );
  const links = linksIn(text);
  expect(links.length).toBe(100);
  let end = 0;
  for (const link of links) {
    expect(link.start).toBeGreaterThanOrEqual(end);
    expect(link.end).toBeGreaterThan(link.start);
    ({ end } = link);
  }
  expect(end).toBeLessThanOrEqual(text.length);
});
