import { expect, it } from 'vitest';
import { openMedia } from './support/media.ts';

const { inspect, typeOf } = openMedia();

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1')));
const filled = (head: Buffer) => Buffer.concat([head, Buffer.alloc(2000)]);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

const HTML = '<html><script>alert(1)</script></html>';
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';

it('recognizes HTML, however it is dressed up', async () => {
  const disguises = [
    HTML,
    HTML.toUpperCase(),
    `\n\t  ${HTML}`,
    `\ufeff${HTML}`,
    `<!-- a comment -->${HTML}`,
    `<!--${'a long comment '.repeat(10_000)}-->${HTML}`,
    `<!DOCTYPE html>${HTML}`,
    `<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n<title>x</title>`,
    `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`,
    `<?xml version="1.0"?><h:html xmlns:h="http://www.w3.org/1999/xhtml"/>`,
    `<?php echo 1 ?>${HTML}`,
    '<script src=//a.example></script>',
    '<script\n>alert(1)</script>',
    '<iframe/src="javascript:alert(1)">',
    '<img src=x onerror=alert(1)>',
    '<a href="javascript:alert(1)">',
    '<p>text',
    utf16(HTML),
    Buffer.from(utf16(HTML)).swap16(),
    Buffer.from(HTML, 'utf16le'),
    Buffer.from(HTML, 'utf16le').swap16(),
    Buffer.concat([Buffer.from(HTML), Buffer.from([0, 1, 2, 0xff])]),
    bytes('\xe9'.repeat(0), HTML, [0xe9]),
  ];
  for (const disguise of disguises) {
    expect(await typeOf(disguise), String(disguise).slice(0, 80)).toBe('text/html');
  }
});

it('recognizes SVG and other XML', async () => {
  const doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd" [<!ENTITY a "b>">]>';
  const disguises = [
    SVG,
    SVG.replace('svg', 'SVG'),
    `\ufeff \n${SVG}`,
    `<?xml version="1.0" encoding="utf-8"?>\n<!-- x -->\n${SVG}`,
    `<?xml version="1.0"?>${doctype}${SVG}`,
    `${doctype}<s:svg xmlns:s="http://www.w3.org/2000/svg"/>`,
    '<s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
    utf16(SVG),
    Buffer.from(SVG, 'utf16le').swap16(),
  ];
  for (const disguise of disguises) {
    expect(await typeOf(disguise), String(disguise).slice(0, 80)).toBe('image/svg+xml');
  }
  const xml = ['<?xml version="1.0"?><feed/>', '<!DOCTYPE note><note/>', '<note xmlns="urn:x"/>'];
  for (const one of [...xml, utf16(xml[0]!)]) expect(await typeOf(one)).toBe('application/xml');
});

it('takes for text what is UTF-8 without control characters to its very end', async () => {
  const texts = [
    '',
    'a',
    'hello\tworld\r\n\f',
    '¡Hola, señor! 日本語 👍',
    '\ufeffwith a byte order mark',
    '<3 you',
    '< less',
    '<nobody> hi',
    // These start like binary formats.
    'BMW makes cars',
    'MZ',
    'GIF89a is a format',
    'GIF89a/*<svg/onload=alert(1)>*/=alert(1)//;',
    'ID3 tags',
    `text, and then ${HTML}`,
    // A character across two reads.
    `${'a'.repeat(65_535)}é${'日'.repeat(50_000)}`,
  ];
  for (const text of texts) {
    const found = await inspect(text);
    expect(found, text.slice(0, 40)).toMatchObject({
      type: 'text/plain',
      width: null,
      height: null,
    });
    expect(found.size).toBe(Buffer.byteLength(text));
  }
  const long = Buffer.from('text '.repeat(50_000));
  const others = [
    Buffer.concat([long, Buffer.from([0])]),
    Buffer.concat([long, Buffer.from([0xc3])]),
    Buffer.concat([long, Buffer.from([0xff]), long]),
    bytes('a\x1b[31mred'),
    bytes('a\x7f'),
    bytes('caf\xe9'),
    bytes([0xed, 0xa0, 0x80]),
    utf16('text in UTF-16'),
  ];
  for (const one of others) expect(await typeOf(one)).toBe('application/octet-stream');
});

it('recognizes documents, programs and archives, whatever their names say', async () => {
  const zip = bytes(
    'PK\x03\x04\x14\0\0\0\0\0',
    [...Array<number>(8).fill(0)],
    [...Array<number>(8).fill(0)],
  );
  const kinds: [string, Buffer][] = [
    ['application/pdf', bytes('%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF')],
    ['application/pdf', bytes('%PDF-1.7\n\xe2\xe3\xcf\xd3\n', HTML)],
    ['application/rtf', bytes('{\\rtf1\\ansi hello}')],
    ['application/zip', filled(Buffer.concat([zip, bytes([1, 0, 0, 0]), bytes('a')]))],
    ['application/x-msdownload', filled(bytes('MZ\x90\0\x03\0\0\0'))],
    ['application/x-elf', filled(bytes('\x7fELF\x02\x01\x01\0'))],
    ['application/gzip', filled(bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]))],
    ['application/x-shockwave-flash', filled(bytes('CWS\x0a\0\0'))],
    ['application/wasm', bytes('\0asm\x01\0\0\0')],
    ['text/calendar', bytes('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n')],
  ];
  for (const [type, file] of kinds) expect(await typeOf(file)).toBe(type);
});

it('recognizes sound and films, without the parameters of their types', async () => {
  const mp4 = bytes([0, 0, 0, 0x18], 'ftypisom', [0, 0, 2, 0], 'isomiso2');
  const m4a = bytes([0, 0, 0, 0x18], 'ftypM4A ', [0, 0, 2, 0], 'isomiso2');
  const webm = bytes([0x1a, 0x45, 0xdf, 0xa3, 0x87, 0x42, 0x82, 0x84], 'webm');
  const opus = bytes('OggS\0\x02', [...Array<number>(20).fill(0)], [1, 19], 'OpusHead\x01\x02');
  const vorbis = bytes('OggS\0\x02', [...Array<number>(20).fill(0)], [1, 30], '\x01vorbis');
  const kinds: [string, Buffer][] = [
    ['audio/mpeg', filled(bytes([0xff, 0xfb, 0x90, 0x64]))],
    ['audio/wav', filled(bytes('RIFF', [0, 8, 0, 0], 'WAVEfmt '))],
    ['audio/flac', filled(bytes('fLaC\0\0\0\x22'))],
    ['audio/ogg', filled(opus)],
    ['audio/ogg', filled(vorbis)],
    ['video/mp4', filled(mp4)],
    ['audio/x-m4a', filled(m4a)],
    ['video/webm', filled(webm)],
  ];
  for (const [type, file] of kinds) expect(await typeOf(file)).toBe(type);
});

it('passes pictures that tell no place as they are', async () => {
  const bmp = filled(bytes('BM', [0, 8, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0]));
  const icon = filled(bytes([0, 0, 1, 0, 1, 0, 16, 16]));
  for (const [type, file] of [
    ['image/bmp', bmp],
    ['image/x-icon', icon],
  ] as const) {
    expect(await inspect(file)).toMatchObject({
      type,
      size: file.length,
      width: null,
      height: null,
    });
  }
});
