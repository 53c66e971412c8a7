import { expect, it } from 'vitest';

/* What these tests use of it, without the types of the DOM. */
interface Transfer {
  readonly hasFiles: (event: object) => boolean;
  readonly filesIn: (transfer: object) => { name: string }[];
  readonly pastedFiles: (event: object) => { name: string }[];
}
const url = new URL('../../public/views/attachments/transfer.js', import.meta.url);
const { filesIn, hasFiles, pastedFiles } = (await import(url.href)) as Transfer;

const file = (name: string) => ({
  kind: 'file',
  getAsFile: () => ({ name }),
  webkitGetAsEntry: () => ({ isDirectory: !name.includes('.') }),
});
const text = { kind: 'string', getAsFile: () => null };

const transfer = (types: string[], items: object[]) => ({ types, items });

const names = (files: readonly { name: string }[]) => files.map(({ name }) => name);

it('takes what is dropped but for folders and texts', () => {
  const items = [text, file('cat.png'), file('holidays'), file('notes.txt')];
  expect(names(filesIn(transfer(['Files'], items)))).toEqual(['cat.png', 'notes.txt']);
  expect(hasFiles({ dataTransfer: transfer(['Files'], []) })).toBe(true);
  expect(hasFiles({ dataTransfer: transfer(['text/plain'], []) })).toBe(false);
  expect(hasFiles({ dataTransfer: null })).toBe(false);
});

it('takes a pasted picture, and not the one that a spreadsheet adds to its text', () => {
  const pasted = (types: string[]) =>
    names(pastedFiles({ clipboardData: transfer(types, [text, file('image.png')]) }));
  expect(pasted(['Files'])).toEqual(['image.png']);
  expect(pasted(['text/html', 'Files'])).toEqual(['image.png']);
  expect(pasted(['text/plain', 'Files'])).toEqual(['image.png']);
  expect(pasted(['text/plain', 'text/html', 'Files'])).toEqual([]);
  expect(pastedFiles({ clipboardData: null })).toEqual([]);
});
