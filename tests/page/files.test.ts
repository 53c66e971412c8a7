import { describe, expect, it } from 'vitest';
import { isPicture, kindOf, shownName, signOf } from '../../public/shared/files.js';
import { boxOf, gridRatio, rowsOf } from '../../public/views/files/layout.js';
import { frameFor, moved, WHOLE, zoomedTo } from '../../public/views/files/zoom.js';
import { MAX_FILES } from '../../src/protocol/limits.ts';

describe('what a file is', () => {
  it.each([
    ['image/jpeg', 10, 'picture'],
    ['image/avif', 10, 'picture'],
    ['image/png', null, 'other'],
    ['image/svg+xml', 10, 'other'],
    ['text/html', null, 'other'],
    ['text/plain', null, 'text'],
    ['audio/mpeg', null, 'sound'],
    ['video/webm', null, 'video'],
  ])('%s, %s pixels wide, is shown as: %s', (type, width, kind) => {
    expect(kindOf({ type, width })).toBe(kind);
    expect(isPicture({ type, width })).toBe(kind === 'picture');
  });

  it.each([
    ['cod\u202Egpj.exe', 'codgpj.exe'],
    ['\u2067חשבון\u2069.pdf', 'חשבון.pdf'],
    [`a${' '.repeat(90)}\n\t.exe`, 'a .exe'],
    ['\u202E', '–'],
  ])('a name such as %j hides nothing', (name, shown) => {
    expect(shownName(name)).toBe(shown);
  });

  it('says in any language what a message without text carries', () => {
    const picture = { name: 'cat.jpg', type: 'image/jpeg', width: 3 };
    const other = { name: 'a\nb.zip', type: 'application/zip', width: null };
    expect(signOf([picture])).toBe('🖼️ cat.jpg');
    expect(signOf([other, picture, picture])).toBe('📎 a b.zip +2');
    expect(signOf([])).toBe('');
  });
});

describe('the boxes of pictures', () => {
  const sizes = [1, 10, 96, 500, 1_000, 20_000];
  const all = sizes.flatMap((width) => sizes.map((height) => ({ width, height })));

  it('stay within bounds, whatever the picture', () => {
    for (const picture of all) {
      for (const hasText of [false, true]) {
        const { width, height } = boxOf(picture, hasText);
        const about = JSON.stringify({ picture, hasText, width, height });
        expect(width, about).toBeGreaterThanOrEqual(96);
        expect(width, about).toBeLessThanOrEqual(384);
        expect(height, about).toBeGreaterThanOrEqual(95);
        expect(height, about).toBeLessThanOrEqual(321);
      }
    }
  });

  it('have the proportions of ordinary pictures, and do not enlarge them', () => {
    expect(boxOf({ width: 4_000, height: 3_000 }, false)).toEqual({ width: 384, height: 288 });
    expect(boxOf({ width: 1_000, height: 2_000 }, false)).toEqual({ width: 160, height: 320 });
    expect(boxOf({ width: 200, height: 150 }, false)).toEqual({ width: 200, height: 150 });
  });

  it('form rows that hold every picture once, in order', () => {
    for (let count = 1; count <= MAX_FILES; count += 1) {
      const pictures = Array.from({ length: count }, (_, i) => i);
      const rows = rowsOf(pictures);
      expect(rows.flat()).toEqual(pictures);
      expect(rows.every((row) => row.length >= 1 && row.length <= 3)).toBe(true);
    }
    expect(rowsOf([1, 2, 3])).toEqual([[1], [2, 3]]);
    expect(gridRatio({ width: 1, height: 100 }, 2)).toBe(0.75);
  });
});

describe('the zoom of the viewer', () => {
  const frame = frameFor({ width: 2_000, height: 1_000 }, { width: 1_000, height: 800 });

  it('shows all of a picture first, and never enlarges a small one', () => {
    expect(frame.shown).toEqual({ width: 1_000, height: 500 });
    const small = frameFor({ width: 20, height: 10 }, { width: 1_000, height: 800 });
    expect(small.shown).toEqual({ width: 20, height: 10 });
  });

  it('keeps what is at a point in its place', () => {
    const point = { x: 100, y: 50 };
    const view = zoomedTo(WHOLE, 2, point, frame);
    expect(view).toEqual({ scale: 2, x: -100, y: -50 });
    expect(zoomedTo(view, 1, point, frame)).toEqual(WHOLE);
  });

  it('goes neither beyond its bounds nor off the picture', () => {
    expect(zoomedTo(WHOLE, 100, { x: 0, y: 0 }, frame).scale).toBe(frame.most);
    expect(zoomedTo(WHOLE, 0.1, { x: 5, y: 5 }, frame)).toEqual(WHOLE);
    const twice = zoomedTo(WHOLE, 2, { x: 0, y: 0 }, frame);
    expect(moved(twice, { x: 9_999, y: -9_999 }, frame)).toEqual({ scale: 2, x: 500, y: -100 });
    expect(moved(WHOLE, { x: 50, y: 50 }, frame)).toEqual(WHOLE);
  });
});
