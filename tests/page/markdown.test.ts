import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Tokenizer } from 'marked';
import { codeIn } from '../../public/shared/code-and-links.js';
import { MAX_MARKS } from '../../public/views/markdown/emphasis.js';
import { parseMarkdown } from '../../public/views/markdown/tree.js';

type Node = ReturnType<typeof parseMarkdown>[number];

/** What a text is shown as: marks are gone, and what they make is named. */
function shown(text: string, nodes: Node[] = parseMarkdown(text)): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text' || node.kind === 'atom') return text.slice(node.start, node.end);
      if (node.kind === 'code')
        return node.isBlock ? `⟦${node.language}|${node.code}⟧` : `⟦${node.code}⟧`;
      if (node.kind === 'list')
        return node.items
          .map(
            ({ depth, marker, children }) =>
              `(${'>'.repeat(depth)}${marker || '•'} ${shown(text, children)})`,
          )
          .join('');
      const name = { strong: 'b', em: 'i', del: 's', quote: 'q' }[node.kind];
      return `${name}{${shown(text, node.children)}}`;
    })
    .join('');
}

it.each([
  ['**bold**, *italic*, _italic_, ~~struck~~', 'b{bold}, i{italic}, i{italic}, s{struck}'],
  ['***both*** and **a *b* c** and ~~**d**~~', 'i{b{both}} and b{a i{b} c} and s{b{d}}'],
  ['**Note**: (*see* "_this_")!', 'b{Note}: (i{see} "i{this}")!'],
  ['**two\nlines**', 'b{two\nlines}'],
  ['这是**重点**内容 🎉*party*🎉', '这是b{重点}内容 🎉i{party}🎉'],
  ['`code` and ``a ` b``', '⟦code⟧ and ⟦a ` b⟧'],
  ['**`**`**', 'b{⟦**⟧}'],
  ['```js\nlet a = 1;\n\n  a += 1;\n```\nafter', '⟦js|let a = 1;\n\n  a += 1;⟧after'],
  ['before\n~~~\n**a**\n~~~', 'before⟦|**a**⟧'],
  ['see ```\na\nb``` there', 'see ⟦|a\nb⟧ there'],
  ['see ```js\na b``` there', 'see ⟦js|a b⟧ there'],
  ['```let a;\nlet b', '⟦|let a;\nlet b⟧'],
  ['> quoted **b**\n> more\nreply', 'q{quoted b{b}\nmore}reply'],
  ['> a\n>\n> b', 'q{a\n\nb}'],
  ['> ```js\n> a\n> ```\n> b', 'q{⟦js|a⟧b}'],
  ['to do:\n- a\n- b\n  more of *b*\ndone', 'to do:(• a)(• b\nmore of i{b})done'],
  ['* a\n  * b\n    * c\n* d', '(• a)(>• b)(>>• c)(• d)'],
  ['3. a\n3. b\n10) c', '(3. a)(3. b)(10) c)'],
  ['- a\n\n- b', '(• a)\n(• b)'],
])('shows %j as %j', (text, expected) => {
  expect(shown(text)).toBe(expected);
});

describe('stays as typed', () => {
  it.each([
    'snake_case, __init__, 2*3*4, 2 * 3 * 4, 5*x + 3*y, a**b**c',
    'src/*.js, **/*.js and **/*.ts, */15 * * * *, /*b*/, _site_/x and /_x_/y',
    'f(*args, **kwargs), SELECT * FROM a, (*), "*" and "*"',
    ':-) :-* ^_^ and ^_^, >_< >_<, -_- -_-, ;_; ;_;, ¯\\_(ツ)_/¯',
    '\\*no\\* \\_no\\_ **open, *open, ~5 to ~6~, ** no **',
    '*a\n\nb*',
    '> ',
    '>:( and\n>no space',
    '1.\n- \n-5\n1.5\n#tag\n# no heading\n+1\n+ plus',
    '- - -\n***\n___',
    '    - indented\n\tand so',
    '[text](https://example.com) ![image](x.png) [ref]: x <b>html</b> <!-- x --> &amp;',
    '| a | b |\n| - | - |\n| 1 | 2 |',
    'a\nb  \n  c\n\n\n d\r\ne',
    'Title\n=====\nTitle\n-----',
  ])('%j', (text) => {
    expect(parseMarkdown(text)).toEqual(
      // The prose may be in parts, but has nothing else.
      parseMarkdown(text).filter(({ kind }) => kind === 'text'),
    );
    expect(shown(text)).toBe(text);
  });

  it.each(['```', '``` ```', '```\n```', '` `'])('code without anything in it: %j', (text) => {
    expect(shown(text)).toBe(`⟦${text}⟧`);
  });
});

it('divides no link and no mention', () => {
  const text = '*see https://example.com/*a* and @a*b* now';
  const atoms = ['https://example.com/*a*', '@a*b*'].map((part) => {
    const start = text.indexOf(part);
    return { start, end: start + part.length };
  });
  expect(parseMarkdown(text, atoms).filter(({ kind }) => kind === 'atom')).toEqual(
    atoms.map((atom) => ({ kind: 'atom', ...atom })),
  );
});

const SNIPPETS = [
  '*',
  '**',
  '_',
  '~~',
  '`',
  '``',
  '```',
  '~~~',
  '\\',
  '>',
  '> ',
  '- ',
  '1. ',
  '[',
  '](',
  '<',
  '\n',
  '\n\n',
  '\r\n',
  ' ',
  '  ',
  '\t',
  'a',
  'b c',
  'é',
  '漢',
  '🎉',
  '.',
  '(',
  ')',
  '"',
  '@Ana',
  '```js\n',
  '\n```\n',
  '\n> ',
  '\n- ',
  '\n  - ',
  'https://example.com/a_b_',
];
const texts = fc
  .array(fc.constantFrom(...SNIPPETS), { maxLength: 30 })
  .map((parts) => parts.join(''));

/** All leaves in order: what is shown of the text. */
const leavesOf = (nodes: Node[]): Node[] =>
  nodes.flatMap((node) => {
    if (node.kind === 'list') return node.items.flatMap(({ children }) => leavesOf(children));
    return 'children' in node ? leavesOf(node.children) : [node];
  });

it('shows as code exactly what the server takes for code', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const code = leavesOf(parseMarkdown(text)).filter(({ kind }) => kind === 'code');
      expect(code.map(({ start, end }) => [start, end])).toEqual(codeIn(text));
    }),
    { numRuns: 3_000 },
  );
});

it('hides nothing of a text but its marks', () => {
  fc.assert(
    fc.property(texts, (text) => {
      let at = 0;
      for (const leaf of leavesOf(parseMarkdown(text))) {
        expect(leaf.start).toBeGreaterThanOrEqual(at);
        // Marks, numbers of a list, spaces and breaks beside blocks.
        expect(text.slice(at, leaf.start)).toMatch(/^[*_~>\-\s\d.)]*$/);
        if (leaf.kind === 'code') {
          const [first = '', ...rest] = text.slice(leaf.start, leaf.end).split('\n');
          const raw = leaf.isBlock ? [first.replace(leaf.language, ''), ...rest].join('\n') : first;
          const marks = /[`~>\s]/g;
          if (leaf.isBlock) expect(leaf.code.replace(marks, '')).toBe(raw.replace(marks, ''));
        }
        at = leaf.end;
      }
      expect(text.slice(at)).toMatch(/^[*_~>\-\s\d.)]*$/);
    }),
    { numRuns: 3_000 },
  );
});

it('gives marked a bounded number of marks, whatever the text', () => {
  const calls = vi.spyOn(Tokenizer.prototype, 'emStrong');
  const hostile = [
    '*a',
    '*_a',
    '**a *b ',
    '*a **b ',
    '***a *b** ',
    '_a ',
    '*a\n\n',
    '- *a\n',
    '> _a*\n',
  ];
  for (const part of hostile) {
    calls.mockClear();
    parseMarkdown(part.repeat(2_000).slice(0, 4_000));
    // Each mark is read once more at each level in which it is.
    expect(calls.mock.calls.length).toBeLessThan(MAX_MARKS * 20);
  }
  calls.mockRestore();
});

it('makes a tree of bounded depth and size of any text', () => {
  const depthOf = (nodes: Node[]): number =>
    Math.max(
      0,
      ...nodes.map((node) => {
        if (node.kind === 'list')
          return 1 + Math.max(...node.items.map(({ children }) => depthOf(children)));
        return 'children' in node ? 1 + depthOf(node.children) : 1;
      }),
    );
  for (const part of [
    '*',
    '>',
    '> ',
    '- ',
    '1. ',
    '`',
    '[',
    '\\',
    '~~',
    '- a\n  ',
    '> ```\n',
    '*_a',
    ' ',
  ]) {
    const text = part.repeat(4_000).slice(0, 4_000);
    const nodes = parseMarkdown(text);
    expect([part, depthOf(nodes) <= MAX_MARKS / 2 + 2]).toEqual([part, true]);
    expect(leavesOf(nodes).length).toBeLessThanOrEqual(text.length);
  }
});
