import { describe, expect, it } from 'vitest';
import { withoutFences } from '../../public/shared/fences.js';

describe('a text that is shown in a line', () => {
  it('has no fences of code', () => {
    expect(withoutFences('Try\n```sh\ncurl http://oven\n```')).toBe('Try\ncurl http://oven');
    expect(withoutFences('~~~\nlet a;\n~~~\nworks')).toBe('let a;\nworks');
  });

  it('is as it is where it has nothing else', () => {
    expect(withoutFences('```js run\n```\n````')).toBe('```js run\n```\n````');
    expect(withoutFences('')).toBe('');
  });

  it.each([
    'a `code` in it',
    '```on one line```',
    'see ~~~ and ```',
    'a\n    ``` indented as code',
  ])('keeps %j, where nothing is a fence', (text) => {
    expect(withoutFences(text)).toBe(text);
  });
});
