import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const [english, spanish] = [read('README.md'), read('README.es.md')];

/** Fenced blocks; comments are translated. */
const blocksOf = (markdown: string) =>
  [...markdown.matchAll(/^```(\w*)\n([^]*?)^```/gm)].map(([, language, text]) => ({
    language,
    text: text!.replaceAll(/ +# .*$/gm, ''),
  }));
const withoutBlocks = (markdown: string) => markdown.replaceAll(/^```[^]*?^```/gm, '');
const headingsOf = (markdown: string) => withoutBlocks(markdown).match(/^#+ .*/gm)!;
const levelsOf = (markdown: string) => headingsOf(markdown).map((line) => line.indexOf(' '));
/** What a pattern finds within each section, in any order. */
const bySection = (markdown: string, pattern: RegExp) =>
  withoutBlocks(markdown)
    .split(/^#+ .*/m)
    .map((section) => (section.match(pattern) ?? []).toSorted());

describe('README.es.md', () => {
  it('has the headings of README.md, translated, in the same order', () => {
    expect(levelsOf(spanish)).toEqual(levelsOf(english));
    const [, ...translated] = headingsOf(spanish);
    expect(translated.filter((heading) => headingsOf(english).includes(heading))).toEqual([]);
  });

  it('has the same commands and outputs', () => {
    expect(blocksOf(english).length).toBeGreaterThan(10);
    expect(blocksOf(spanish)).toEqual(blocksOf(english));
  });

  it('has the same links, pictures, numbers and names in each section', () => {
    const patterns = [
      /\]\((?!README)[^)]+\)|<http[^>]+>/g,
      /(?:src|srcset)="[^"]+"/g,
      /`[^`\n]+`/g,
    ];
    for (const pattern of patterns) {
      expect(bySection(english, pattern).flat()).not.toEqual([]);
      expect(bySection(spanish, pattern)).toEqual(bySection(english, pattern));
    }
    expect(bySection(spanish, /\d+(?:\.\d+)*/g)).toEqual(bySection(english, /\d+(?:\.\d+)*/g));
  });

  it('links to README.md, which links to it', () => {
    expect(english).toContain('[Español](README.es.md)');
    expect(spanish).toContain('[English](README.md)');
  });
});
