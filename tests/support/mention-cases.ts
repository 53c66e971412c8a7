/*
 * What the grammar of mentions says of texts: one table, to which the server and the page are held.
 */

/** Those who are there. */
export const mentionNames =
  'Al|Ana|Ana Maria|An|Anb|Bo|x.y|Me @Bo|❤|小明|例子|たろう|가나|สมชาย|Ñandú|Їжак|علي|דנה|नीना|Οδυσσεύς'.split(
    '|',
  );

/** A text, and the parts of it that mention somebody, in order. */
export type MentionCase = readonly [text: string, marks: readonly string[]];

const bo = ['@Bo'];
const each = (characters: string, textOf: (character: string) => string, marks: string[]) =>
  [...characters].map((character): MentionCase => [textOf(character), marks]);

export const mentionCases: readonly MentionCase[] = [
  ['nobody', []],
  ['hello @Bo', bo],
  ['@bo, @BO and @Bo again', ['@bo', '@BO', '@Bo']],
  ['@Ana Maria is not @Ana', ['@Ana Maria', '@Ana']],
  ['@Ana Mariachi', ['@Ana']],
  ['@Ana M, @Ana Maria-Sol, @Ana Mariá', ['@Ana', '@Ana', '@Ana']],
  ['@an, @AN! @ana', ['@an', '@AN', '@ana']],
  ['@Alster, and @Al', ['@Al']],
  ['@x.y. and @x', ['@x.y']],
  ['@Me @Bo', ['@Me @Bo']],
  ['@ Bo', []],
  ['@\nBo', []],
  ['@\u3000Bo', []],

  // Where a word could begin.
  ...each('._-/@+:=', (joint) => `${joint}@Bo`, []),
  ...each('._-/@+:=', (joint) => `a ${joint}@Bo`, []),
  ...each(',;!?()[]{}"\'#*~&|\\<>%$^', (mark) => `a${mark}@Bo`, bo),
  ...each('…—¿«“（，。、👍❤', (mark) => `${mark}@Bo`, bo),
  ...each('aéßяخאक1٣²ⅷ', (letter) => `${letter}@Bo`, []),
  ...each('你あアー一々가ไລខကༀ', (letter) => `${letter}@Bo`, bo),
  ['e\u0301@Bo', []],
  ['का@Bo', []],
  ['a\u200d@Bo', []],
  ['1️⃣@Bo', bo],
  ['你1@Bo', []],
  ['สวัสดี@สมชาย', ['@สมชาย']],

  // Where a word ends.
  ...each('aéßяخאक1٣_', (letter) => `@Bo${letter}`, []),
  ...each('.-/@:', (joint) => `@Bo${joint}x`, []),
  ...each('.-/@:', (joint) => `@Bo${joint}1`, []),
  ...each('.-/@:', (joint) => `@Bo${joint}`, bo),
  ...each('.-/@:', (joint) => `@Bo${joint} x`, bo),
  ...each(',;!?()[]{}"\'#*~&|\\<>%$^+=…。，”👍', (mark) => `@Bo${mark}x`, bo),
  ...each('你あアー가ไລខကༀ', (letter) => `@Bo${letter}`, bo),
  ['@Bo\u0301', []],
  ['@Bo’s turn', bo],
  ['@Bo님', bo],
  ['@Bo:你好', bo],
  ['@小明你好', ['@小明']],
  ['你好@小明2号', ['@小明']],
  ['@小明abc', ['@小明']],
  ['ありがとう@たろうさん', ['@たろう']],
  ['안녕@가나가', ['@가나']],
  ['@สมชายครับ', ['@สมชาย']],
  ['@नीना। @नीनाजी', ['@नीना']],
  ['مرحبا @علي، كيف', ['@علي']],
  ['שלום @דנה!', ['@דנה']],
  ['@❤!', ['@❤']],
  ['@❤x', []],

  // The same name, written another way.
  ['@ÑANDÚ and @n\u0303andu\u0301', ['@ÑANDÚ', '@n\u0303andu\u0301']],
  ['@Nandu', []],
  ['@їжак', ['@їжак']],
  ['@ΟΔΥΣΣΕΎΣ', ['@ΟΔΥΣΣΕΎΣ']],
  ['@\u1100\u1161\u1102\u1161 and @가', ['@\u1100\u1161\u1102\u1161']],
  ['@가나ㄳ', ['@가나']],
  ['@Ａｎａ and @𝐀𝐧𝐚', ['@Ａｎａ', '@𝐀𝐧𝐚']],
  ['@❤\ufe0f and @❤', ['@❤\ufe0f', '@❤']],
  ['@A\u200bn\u00ada\u200d.', ['@A\u200bn\u00ada\u200d']],
  ['@\u2068Bo\u2069,', ['@\u2068Bo\u2069']],
  ['@Ana\u00a0Maria, @Ana  \u2003Maria', ['@Ana\u00a0Maria', '@Ana  \u2003Maria']],

  // E-mail addresses.
  ['bob@Al.org', []],
  ['bob@Al', []],
  ['bob@Al.org and @Al', ['@Al']],
  ['a+b@Bo, a.b@Bo, a_b@Bo, "a b"@Bo.org', []],
  ['用户@例子.公司', []],
  ['écrire à zoé@小明.cn', []],
  ['mailto:bo@Ana.example.org', []],
  ['@Bo@social.example', []],

  // Addresses of pages.
  ['https://medium.com/@Ana/post-1', []],
  ['https://medium.com/a,@Ana', []],
  ['HTTPS://MEDIUM.COM/(@Ana)', []],
  ['https://a.example/?q=@Ana&@Ana#@Ana', []],
  ['https://a.example/wiki/Mercury_(planet),@Ana', []],
  ['https://例え.jp/パス!@Ana', []],
  ['请看https://a.example/文,@Ana', []],
  ['http://[::1]:3000/,@Ana', []],
  ['<https://a.example/,@Ana>', []],
  ["https://a.example/it's,@Ana", []],
  ['medium.com/@Ana', []],
  ['medium.com/a,@Ana', []],
  ['пример.рф/a;@Ana', []],
  ['a.example?b&@Ana', []],
  ['ssh://git@Ana/x', []],
  ['git@a.example:@Ana', []],
  ['https://a.example @Ana', ['@Ana']],
  ['https://a.example,@Ana', ['@Ana']],
  ['https://a.example/ @Ana', ['@Ana']],
  ['(see https://a.example/b)@Ana', ['@Ana']],
  ['[b](https://a.example/b_(c))@Ana', ['@Ana']],
  ['"https://a.example/b"@Ana', ['@Ana']],
  ["'https://a.example/b'@Ana", ['@Ana']],
  ['<https://a.example/b>@Ana', ['@Ana']],
  ['“https://a.example/b”@Ana', ['@Ana']],
  ['请看https://a.example/b。@Ana', ['@Ana']],
  ['（https://a.example/b）@Ana', ['@Ana']],
  ['@Ana https://a.example/@Bo @Bo', ['@Ana', '@Bo']],
  ['and/or,@Ana', ['@Ana']],

  // Code.
  ['`@Bo`', []],
  ['`@Bo` @Ana', ['@Ana']],
  ['`` `@Bo` ``', []],
  ['`` @Bo ` @Ana', ['@Bo', '@Ana']],
  ['a `b\n@Bo` c', []],
  ['a `b\n\n@Bo` c', bo],
  ['a `b\r\n@Bo` c', []],
  ['a `b\r\n\r\n@Bo` c', bo],
  ['don`t @Bo', bo],
  ['\\`@Bo\\`', bo],
  ['\\\\`@Bo`', []],
  ['`a\\` @Bo `b`', bo],
  ['```@Bo``` @Ana', ['@Ana']],
  ['```\n@Bo\n```\n@Ana', ['@Ana']],
  ['```\r\n@Bo\r\n```\r\n@Ana', ['@Ana']],
  ['```js\n@Bo\n\n`@Bo\n````\n@Ana', ['@Ana']],
  ['````\n```\n@Bo\n```\n@Bo\n````\n@Ana', ['@Ana']],
  ['~~~\n@Bo\n```\n@Bo\n~~~\n@Ana', ['@Ana']],
  ['~~~ `js`\n@Bo\n~~~~ \n@Ana', ['@Ana']],
  ['   ```\n@Bo\n   ```\n@Ana', ['@Ana']],
  ['> ```\n> @Bo\n> ```\n@Ana', ['@Ana']],
  ['> ~~~\n> @Bo\n> ~~~\n@Ana', ['@Ana']],
  ['look: ```\na\n\n@Bo\n``` and @Ana', ['@Ana']],
  ['```\n@Bo', []],
  ['~~~\n@Bo\n~~', []],
  ['a ~~~ @Bo ~~~', bo],
];
