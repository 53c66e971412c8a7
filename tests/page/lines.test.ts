import { describe, expect, it } from 'vitest';
import { lineOf } from '../../public/i18n/file-texts.js';

const says = (text: string) => lineOf({ text, files: [] });

describe('what a message says in a line', () => {
  it('is its text without the fences of code', () => {
    expect(says('Try\n```sh\ncurl -X PUT http://oven\n```')).toBe('Try\ncurl -X PUT http://oven');
    expect(says('~~~\nlet a;\n~~~\nworks')).toBe('let a;\nworks');
    expect(says('  ````js run\n```\n````')).toBe('  ````js run\n```\n````');
  });

  it.each(['a `code` in it', '```on one line```', 'see ~~~ and ```', '    ``` indented as code'])(
    'keeps %j, where nothing is a fence',
    (text) => {
      expect(says(text)).toBe(text.trim());
    },
  );
});
